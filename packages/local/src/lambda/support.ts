import type { SupportChapter, SupportEntry } from '../support/support.ts';
import { lambdaOperations } from './api/lambda-api.ts';
import { notRun } from './api/not-run.ts';
import { CONFIGURATION_MEMBERS, TOLD } from './api/read-configuration.ts';

const GUIDE = 'https://docs.aws.amazon.com/lambda/latest/dg';
const API = 'https://docs.aws.amazon.com/lambda/latest/api';

/** What an operation does otherwise than on AWS, by its name. */
const LIMITS: Readonly<Record<string, string>> = {
  CreateFunction: 'Archives with code for Node.js; images and file systems are refused.',
  DeleteFunction: 'Event source mappings stay, and fail until a function of that name is back.',
  GetFunction: 'Without Code.Location.',
  GetFunctionConfiguration: "Of a template's package, without CodeSize and CodeSha256.",
  Invoke: 'An environment is waited for, for half a minute, before an invocation is throttled.',
  CreateAlias: 'Without weights of versions.',
  PutFunctionEventInvokeConfig: '$LATEST alone.',
  TagResource: 'Functions alone.',
  ListTags: 'Functions alone.',
  UntagResource: 'Functions alone.',
};

const operations: readonly SupportEntry[] = [
  ...Object.keys(lambdaOperations).map((name): SupportEntry => {
    const note = LIMITS[name];
    return note === undefined ? { name, status: 'runs' } : { name, status: 'partly', note };
  }),
  // Both go by the path of another.
  { name: 'GetLayerVersionByArn', status: 'runs' },
  {
    name: 'ListProvisionedConcurrencyConfigs',
    status: 'refused',
    note: 'Environments are not provisioned.',
  },
  ...notRun.map(({ name, reason }): SupportEntry => {
    const note = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
    return { name, status: 'refused', note };
  }),
];

const told: readonly string[] = TOLD;

const settings: readonly SupportEntry[] = CONFIGURATION_MEMBERS.map((name) =>
  told.includes(name) || name === 'Role' || name === 'Description'
    ? { name, status: 'partly', note: 'Told again, and without an effect.' }
    : { name, status: 'runs' },
);

const environments: readonly SupportEntry[] = [
  { name: 'Runtimes', status: 'partly', note: 'All nodejs runtimes, each with the Node.js of the runtime.' },
  {
    name: 'AWS SDK for JavaScript 3, without bringing it along',
    status: 'partly',
    note: 'Clients of the services of the endpoint, and lib-dynamodb, lib-storage and util-dynamodb; others have to be in the package or a layer.',
  },
  {
    name: 'MemorySize',
    status: 'partly',
    note: 'A process of its own for each environment, killed beyond its memory where Linux tells how much it takes; elsewhere the heap is limited.',
  },
  { name: 'Timeout, also of endless loops', status: 'runs' },
  { name: 'Crashes: exits, signals, unhandled errors', status: 'runs' },
  {
    name: 'Runtime.ExitError',
    status: 'unconfirmed',
    note: 'Of memory, with "signal: killed", whether the heap or the process was full, while the report says Runtime.OutOfMemory; of other signals, in the words of Go.',
  },
  {
    name: 'Initialization',
    status: 'partly',
    note: 'Ten seconds, or the timeout where that is longer; a failed one is told to the invocation that it was for, and tried anew with the next.',
  },
  { name: 'Context object, with ClientContext', status: 'partly', note: 'Without Cognito identities.' },
  { name: 'Callbacks, up to nodejs22.x', status: 'runs' },
  {
    name: 'Freezing between invocations',
    status: 'partly',
    note: 'What a handler leaves running goes on, where on AWS it waits for the next invocation.',
  },
  { name: 'Response streaming', status: 'refused', note: 'As the module is loaded.' },
  { name: 'Log formats, levels, LogType Tail', status: 'runs' },
  {
    name: 'Lines over 1 MB',
    status: 'unconfirmed',
    note: 'They go on in another event, since CloudWatch Logs takes none that is larger.',
  },
  { name: '/tmp', status: 'partly', note: "This machine's: environments share it, without a limit." },
  { name: 'Reserved environment variables', status: 'runs' },
  {
    name: 'Layers',
    status: 'partly',
    note: 'What is for Node.js in them; extensions and programs are refused.',
  },
  {
    name: 'Concurrency',
    status: 'partly',
    note: 'Two environments a processor and function at once, eight at most, and no more than are reserved.',
  },
  { name: 'Recursive loop detection', status: 'refused', note: 'Loops go on; to configure it is refused.' },
];

const asynchronous: readonly SupportEntry[] = [
  {
    name: 'MaximumRetryAttempts',
    status: 'partly',
    note: 'After one and two seconds, where AWS waits as many minutes.',
  },
  { name: 'MaximumEventAgeInSeconds', status: 'runs' },
  {
    name: 'Throttled events',
    status: 'partly',
    note: 'They wait for an environment, which counts as no try; with no concurrency at all they go to the destination at once.',
  },
  { name: 'OnFailure: SQS, SNS, Lambda, EventBridge, S3', status: 'runs' },
  { name: 'OnSuccess: SQS, SNS, Lambda, EventBridge', status: 'runs' },
  { name: 'DeadLetterConfig: SQS, SNS', status: 'runs' },
  {
    name: 'ErrorCode of an event that was not tried',
    status: 'unconfirmed',
    note: '429, as a caller would be throttled.',
  },
  { name: 'Events of a function that is deleted', status: 'unconfirmed', note: 'They are dropped.' },
  {
    name: 'Length of the queue',
    status: 'unconfirmed',
    note: 'Ten thousand events of a function; further ones are refused with TooManyRequestsException.',
  },
];

/** Lambda, but for event source mappings. */
export const lambdaSupport: readonly SupportChapter[] = [
  {
    title: 'Lambda: operations',
    source: `${API}/API_Operations.html`,
    api: 'lambda',
    entries: operations,
  },
  {
    title: 'Lambda: configuration of functions',
    source: `${API}/API_CreateFunction.html`,
    entries: settings,
  },
  {
    title: 'Lambda: environments',
    source: `${GUIDE}/lambda-runtime-environment.html`,
    entries: environments,
  },
  {
    title: 'Lambda: asynchronous invocations',
    source: `${GUIDE}/invocation-async.html`,
    entries: asynchronous,
  },
];
