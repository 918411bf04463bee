import { randomUUID } from 'node:crypto';
import { AwsError } from '../../aws.ts';
import { type ActionDefinition, ActionFailure, type ActionInput } from './action.ts';
import { describeFailure } from './describe-failure.ts';
import { payloadText } from './payload-forms.ts';
import { ROLE_ARN } from './role.ts';

interface LogRecord {
  readonly message: string;
  readonly timestampMs?: number;
}

const BATCH_FORM =
  'Failed to put log events. With batchMode, the payload must be an array of {"timestamp": milliseconds, "message": text}';

/** The role may make log streams, but no log groups: a group that is not there is a failure. */
export const cloudwatchLogs: ActionDefinition = {
  failedAction: 'CloudwatchLogsAction',
  resourceName: 'LogGroupName',
  // https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-logs-rule-action.html
  parameters: {
    logGroupName: { templates: 'only with the API', isRequired: true },
    batchMode: { templates: 'never' },
    roleArn: ROLE_ARN,
  },
  compile(properties, { targets }) {
    const logGroupNameOf = properties.text('logGroupName');
    const recordsOf = properties.flag('batchMode') ? batchOf : singleOf;
    const logStreamName = randomUUID();
    return (input) => {
      const logGroupName = logGroupNameOf(input.scope);
      return {
        resource: logGroupName,
        async run() {
          if (targets.logs.group(logGroupName) === undefined) {
            throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
          }
          for (const { message, timestampMs } of recordsOf(input)) {
            targets.logs.write(logGroupName, logStreamName, message, timestampMs);
          }
        },
        describe: (error) =>
          describeFailure(error, {
            failure: 'Failed to put log events',
            service: 'AWSLogs',
            topic: input.scope.message.topic,
            action: 'cloudwatchLogs',
            details: { LogGroupName: logGroupName },
          }),
      };
    };
  },
};

function singleOf(input: ActionInput): readonly LogRecord[] {
  const message = payloadText(
    input,
    "Failed to put log events. The payload is binary; select encode(*, 'base64')",
  );
  if (message === '') throw new ActionFailure('Failed to put log events. The payload is empty');
  return [{ message }];
}

function batchOf({ payload }: ActionInput): readonly LogRecord[] {
  const records: unknown = typeof payload === 'string' ? JSON.parse(payload) : undefined;
  if (!Array.isArray(records)) throw new ActionFailure(BATCH_FORM);
  return records.map((record) => {
    const { timestamp, message } = Object(record);
    if (typeof timestamp !== 'number' || typeof message !== 'string' || message === '') {
      throw new ActionFailure(BATCH_FORM);
    }
    return { message, timestampMs: timestamp };
  });
}
