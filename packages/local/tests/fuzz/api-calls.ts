import { broken, brokenJson } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import { nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import fc from 'fast-check';
import { ACCOUNT_ID, type Call, MACHINE_ARN, REGION } from './services.ts';

const EXECUTION_ARN = `arn:aws:states:${REGION}:${ACCOUNT_ID}:execution:machine:one`;
const BUS = { EventBusName: 'bus' };
const RULE = { ...BUS, Name: 'rule' };
const GROUP = { logGroupName: 'group' };
/** There is none: nobody waits for its tasks. */
const QUEUE = { QueueUrl: `http://127.0.0.1:1/${ACCOUNT_ID}/queue` };
const QUERY =
  'fields @timestamp, @message | filter level = "INFO" and @message like /hel+o/ | sort @timestamp | limit 5';

/** A good call of each operation that takes JSON, by the prefix of its target. */
const JSON_CALLS: Readonly<
  Record<string, readonly [prefix: string, calls: Readonly<Record<string, object>>]>
> = {
  states: [
    'AWSStepFunctions.',
    {
      ListStateMachines: { maxResults: 10 },
      DescribeStateMachine: { stateMachineArn: MACHINE_ARN },
      SendTaskSuccess: { taskToken: 'token', output: '{"a":1}' },
      SendTaskFailure: { taskToken: 'token', error: 'E', cause: 'C' },
      SendTaskHeartbeat: { taskToken: 'token' },
      StartExecution: { stateMachineArn: MACHINE_ARN, input: '{"a":[1,{"b":null}]}' },
      StartSyncExecution: { stateMachineArn: MACHINE_ARN, input: '{}' },
      DescribeExecution: { executionArn: EXECUTION_ARN },
      ListExecutions: { stateMachineArn: MACHINE_ARN, statusFilter: 'SUCCEEDED', maxResults: 1 },
      StopExecution: { executionArn: EXECUTION_ARN, error: 'E', cause: 'C' },
      RedriveExecution: { executionArn: EXECUTION_ARN, clientToken: 'token' },
      DescribeMapRun: { mapRunArn: `arn:aws:states:${REGION}:${ACCOUNT_ID}:mapRun:machine/Map:u` },
      ListMapRuns: { executionArn: EXECUTION_ARN },
      GetExecutionHistory: { executionArn: EXECUTION_ARN, reverseOrder: true, maxResults: 2 },
    },
  ],
  events: [
    'AWSEvents.',
    {
      PutEvents: {
        Entries: [
          { ...BUS, Source: 'me', DetailType: 'T', Detail: '{"a":{"b":["c"]}}', Resources: ['r'], Time: 1e9 },
        ],
      },
      ListEventBuses: { NamePrefix: 'b' },
      ListRules: BUS,
      DescribeRule: RULE,
      PutRule: { ...RULE, EventPattern: '{"detail":{"a":{"b":[{"anything-but":"x"}]}}}', State: 'ENABLED' },
      PutTargets: {
        ...BUS,
        Rule: 'rule',
        Targets: [
          {
            Id: '1',
            Arn: `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:/aws/events/watch`,
            InputTransformer: {
              InputPathsMap: { a: '$.detail.a' },
              InputTemplate: '{"timestamp":1,"message":<a>}',
            },
          },
        ],
      },
      ListTargetsByRule: { ...BUS, Rule: 'rule' },
      RemoveTargets: { ...BUS, Rule: 'rule', Ids: ['1'] },
      DescribeArchive: { ArchiveName: 'archive' },
      StartReplay: {
        ReplayName: 'r',
        EventSourceArn: `arn:aws:events:${REGION}:${ACCOUNT_ID}:archive/archive`,
        EventStartTime: 1,
        EventEndTime: 2,
        Destination: { Arn: `arn:aws:events:${REGION}:${ACCOUNT_ID}:event-bus/bus` },
      },
    },
  ],
  logs: [
    'Logs_20140328.',
    {
      StartQuery: { ...GROUP, queryString: QUERY, startTime: 0, endTime: 4_102_444_800, limit: 10 },
      GetQueryResults: { queryId: 'none' },
      DescribeQueries: { ...GROUP, status: 'Complete' },
      DescribeLogGroups: { logGroupNamePrefix: 'g', limit: 5 },
      DescribeLogStreams: { ...GROUP, orderBy: 'LogStreamName', descending: true },
      GetLogEvents: { ...GROUP, logStreamName: 'stream', startFromHead: true, limit: 3 },
      FilterLogEvents: { ...GROUP, filterPattern: 'hello "INFO"', startTime: 0 },
      CreateLogStream: { ...GROUP, logStreamName: 'other' },
      PutLogEvents: {
        ...GROUP,
        logStreamName: 'stream',
        logEvents: [{ timestamp: 1_700_000_000_000, message: 'm' }],
      },
    },
  ],
  sqs: [
    'AmazonSQS.',
    {
      SendMessage: {
        ...QUEUE,
        MessageBody: 'x',
        MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } },
      },
      ReceiveMessage: { ...QUEUE, MaxNumberOfMessages: 2, VisibilityTimeout: 1 },
      GetQueueAttributes: { ...QUEUE, AttributeNames: ['All'] },
      GetQueueUrl: { QueueName: 'queue' },
      ListQueues: { QueueNamePrefix: 'q' },
      DeleteMessage: { ...QUEUE, ReceiptHandle: 'x' },
      ChangeMessageVisibility: { ...QUEUE, ReceiptHandle: 'x', VisibilityTimeout: 1 },
    },
  ],
};

/** Good calls of REST: `{}` stands for a name. */
const REST_CALLS: readonly (readonly [service: string, http: string, body?: object])[] = [
  ['iot', 'POST /things/{}', { attributePayload: { attributes: { a: 'b' } } }],
  ['iot', 'GET /things/{}'],
  ['iot', 'DELETE /things/{}'],
  [
    'iot',
    'POST /policies/{}',
    {
      policyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}',
    },
  ],
  [
    'iot',
    'POST /certificates',
    {
      certificateSigningRequest:
        '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
    },
  ],
  [
    'iot',
    'POST /certificate/register-no-ca',
    { certificatePem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', status: 'ACTIVE' },
  ],
  ['iot', 'GET /certificates/{}'],
  ['iot', 'PUT /certificates/{}?newStatus=INACTIVE'],
  ['iot', 'GET /certificates?pageSize=2&ascendingOrder=true&marker=x'],
  ['iot', 'PUT /target-policies/{}', { target: `arn:aws:iot:${REGION}:${ACCOUNT_ID}:cert/x` }],
  ['iot', 'POST /policy-targets/{}?pageSize=2&marker=x'],
  ['iot', 'POST /thing-groups/{}'],
  ['iot', 'PUT /thing-groups/addThingToThingGroup', { thingName: 't', thingGroupName: 'g' }],
  ['iotdata', 'POST /topics/{}?qos=1&retain=false', { a: 1 }],
  [
    'iotdata',
    'POST /things/{}/shadow?name={}',
    { state: { desired: { a: { b: 1 } }, reported: { a: null } }, version: 0, clientToken: 't' },
  ],
  ['iotdata', 'GET /things/{}/shadow?name={}'],
  ['iotdata', 'DELETE /things/{}/shadow'],
  ['iotdata', 'GET /api/things/shadow/ListNamedShadowsForThing/{}?pageSize=1&nextToken=x'],
  ['iotdata', 'DELETE /connections/{}?cleanSession=true'],
  ['lambda', 'POST /2015-03-31/functions/{}/invocations?Qualifier={}', { a: 1 }],
  ['lambda', 'GET /2015-03-31/functions/{}'],
  [
    'lambda',
    'PUT /2015-03-31/functions/one/configuration',
    { Timeout: 3, MemorySize: 128, Environment: { Variables: {} }, Description: '' },
  ],
  ['lambda', 'PUT /2015-03-31/functions/one/code', { ZipFile: 'UEsFBgAAAAA=' }],
  ['lambda', 'GET /2015-03-31/event-source-mappings?FunctionName={}'],
];

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
/** A name in a path: as it is, encoded badly, or something to break out with. */
const name = fc.oneof(
  fc.constantFrom(
    'name',
    'one',
    '__proto__',
    'constructor',
    '%',
    '%zz',
    '%ff',
    '%00',
    '..',
    '%2e%2e%2f',
    '%2F',
    '+',
    '%E2%80',
  ),
  nastyString.map(encode),
);

const jsonCall = fc
  .constantFrom(
    ...Object.entries(JSON_CALLS).flatMap(([service, [prefix, calls]]) =>
      Object.entries(calls).map(([operation, body]) => ({ service, prefix, operation, body })),
    ),
  )
  .chain(({ service, prefix, operation, body }) =>
    brokenJson(fc.constant(body)).map(
      (text): Call => ({
        service,
        method: 'POST',
        path: '/',
        headers: { 'x-amz-target': prefix + operation, 'content-type': 'application/x-amz-json-1.0' },
        body: text,
      }),
    ),
  );

/** Strings that are JSON themselves, broken within. */
const nestedCall = fc
  .constantFrom(
    [
      'states',
      'AWSStepFunctions.StartSyncExecution',
      { stateMachineArn: MACHINE_ARN },
      'input',
      { a: [1, { b: null }] },
    ] as const,
    [
      'states',
      'AWSStepFunctions.StartExecution',
      { stateMachineArn: MACHINE_ARN },
      'input',
      { a: [1, { b: null }] },
    ] as const,
    [
      'events',
      'AWSEvents.PutRule',
      RULE,
      'EventPattern',
      {
        detail: { a: { b: [{ numeric: ['>', 1] }, { cidr: '10.0.0.0/8' }] } },
        $or: [{ source: ['a'] }, { source: ['b'] }],
      },
    ] as const,
  )
  .chain(([service, target, body, member, inner]) =>
    brokenJson(fc.constant(inner)).map(
      (text): Call => ({
        service,
        method: 'POST',
        path: '/',
        headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ ...body, [member]: text }),
      }),
    ),
  );

const restCall = fc.constantFrom(...REST_CALLS).chain(([service, http, body]) => {
  const [method = '', path = ''] = http.split(' ');
  const names = fc.array(name, { minLength: 2, maxLength: 2 });
  const texts = body === undefined ? fc.constant('') : brokenJson(fc.constant(body));
  return fc.tuple(names, texts).map(([all, text]): Call => {
    const left = [...all];
    return { service, method, path: path.replaceAll('{}', () => left.shift() ?? ''), body: text };
  });
});

const clockCall = brokenJson(fc.constant({ advanceSeconds: 1 })).map(
  (body): Call => ({ service: '', method: 'POST', path: '/_local/clock', body }),
);
/** Calls of the query protocol, whose members are flat. */
const QUERY_CALLS: readonly (readonly [service: string, action: string, members: Record<string, string>])[] =
  [['sts', 'GetCallerIdentity', {}]];

const queryCall = fc.constantFrom(...QUERY_CALLS).chain(([service, Action, given]) =>
  broken(fc.constant({ Action, Version: '2010-03-31', ...given })).map(
    (members): Call => ({
      service,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(
        Object.entries(Object(members)).map(([key, value]): [string, string] => [
          key,
          typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
        ]),
      ).toString(),
    }),
  ),
);

/** Good calls of every service with something broken in them, or nothing. */
export const brokenCall: fc.Arbitrary<Call> = fc.oneof(
  { weight: 8, arbitrary: jsonCall },
  { weight: 6, arbitrary: restCall },
  { weight: 2, arbitrary: nestedCall },
  { weight: 1, arbitrary: clockCall },
  { weight: 2, arbitrary: queryCall },
);
