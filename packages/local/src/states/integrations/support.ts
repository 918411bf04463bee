import type { SupportChapter, SupportEntry } from '../../support/support.ts';
import { openEntry, type Undocumented } from '../../support/undocumented.ts';
import { NOT_HERE, OPTIMIZED } from './optimized.ts';
import type { Pattern } from './resource.ts';
import { SDK_SERVICES } from './sdk-services.ts';

const GUIDE = 'https://docs.aws.amazon.com/step-functions/latest/dg';

/** What AWS's documentation leaves open of integrations; an answer of AWS's own to any of it settles it. */
const UNDOCUMENTED: readonly Undocumented[] = [
  {
    name: 'a call of .sync or .waitForTaskToken that fails',
    decision: 'The history has TaskSubmitFailed, and not TaskFailed',
    reason: 'it is what the API reference has that type of event for',
  },
  {
    name: 'HeartbeatSeconds of a task without a token (Request Response, .sync)',
    decision: 'It has no effect',
    reason: 'nobody could send a heartbeat for it',
  },
  {
    name: 'bytes in arguments and results',
    decision:
      "The body of a message (an object of S3, the payload of a function or of MQTT) is text, and other bytes are in base64, as DynamoDB's B",
    reason: 'it is how JSON has them in the services themselves; the guide tells of texts alone',
  },
  {
    name: 'arguments of an AWS SDK integration that are null',
    decision: 'They are not sent',
    reason: "histories show the service's own answer to a missing member",
  },
  {
    name: 'a token of an execution that there is not',
    decision:
      'It is TaskDoesNotExist; of one that is known it is TaskTimedOut, and what is no token InvalidToken',
    reason: 'the API reference has all three, and does not tell them apart',
  },
  {
    name: 'the execution that a task waits for (.sync), when the task times out',
    decision: 'It is stopped, as it is when the task’s execution is stopped',
    reason: 'the guide tells of stopped executions alone, and nobody waits for it in either case',
  },
  {
    name: '.sync of an Express workflow',
    decision: 'The task fails with StepFunctions.StateMachineTypeNotSupportedException',
    reason: 'Express executions can’t be described, which .sync does',
  },
];

/** The integrations of tasks, by what they are refused or run by. */
export const integrationsSupport: readonly SupportChapter[] = [
  {
    title: 'Step Functions: optimized integrations',
    source: `${GUIDE}/integrate-optimized.html`,
    entries: [
      ...[...OPTIMIZED].flatMap(([name, { patterns }]) =>
        patterns.map((pattern): SupportEntry => ({ name: `${name}${suffixOf(pattern)}`, status: 'runs' })),
      ),
      ...[...NOT_HERE].map(
        ([service, name]): SupportEntry => ({
          name: service,
          status: 'refused',
          note: `There is no endpoint of ${name}.`,
        }),
      ),
    ],
  },
  {
    title: 'Step Functions: AWS SDK integrations, Request Response and .waitForTaskToken',
    source: `${GUIDE}/supported-services-awssdk.html`,
    entries: [
      ...[...SDK_SERVICES.keys()].map(
        (service): SupportEntry => ({
          name: `aws-sdk:${service}`,
          status: 'partly',
          note: 'All actions that do not stream; those that the endpoint does not run fail with what it answers.',
        }),
      ),
      { name: 'of any other service', status: 'refused', note: 'The endpoint does not have it.' },
    ],
  },
  {
    title: 'Step Functions: other resources of tasks',
    source: `${GUIDE}/state-task.html`,
    entries: [
      { name: 'the ARN of a Lambda function', status: 'runs' },
      { name: 'the ARN of an activity', status: 'runs' },
    ],
  },
  {
    title: 'Step Functions: what the documentation leaves open of integrations',
    source: `${GUIDE}/connect-to-resource.html`,
    entries: UNDOCUMENTED.map(openEntry),
  },
];

function suffixOf(pattern: Pattern): string {
  return pattern === 'request' ? '' : `.${pattern}`;
}
