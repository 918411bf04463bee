import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError, type AwsRequest, type AwsResponse } from '../../src/aws.ts';
import { systemClock } from '../../src/clock.ts';
import { type Collections, memoryCollections } from '../../src/data/collections.ts';
import { DynamoDbError } from '../../src/engine/dynamodb-call.ts';
import { createMappingsApi } from '../../src/streams/api.ts';
import { assertReadable } from '../../src/streams/event-sources.ts';
import { MappingRegistry, type Polling } from '../../src/streams/mapping-registry.ts';
import { functionArn, mapping, queueArn } from './consume.ts';

const other = {
  ...mapping,
  uuid: '00000000-0000-0000-0000-000000000002',
  functionArn: `${functionArn}-2`,
  enabled: false,
  filters: ['{"eventName":["INSERT"]}'],
  onFailure: queueArn,
};
const PATH = '/2015-03-31/event-source-mappings/';
const slowQueue = 'arn:aws:sqs:eu-west-1:000000000000:slow';
const fifoQueue = 'arn:aws:sqs:eu-west-1:000000000000:line.fifo';

const next = async (): Promise<AwsResponse> => ({ status: 299, headers: {}, body: '"next"' });
const silent = { info() {}, warn() {}, error() {} };

/** SQS with two queues, whose messages are invisible for half a minute. */
async function callSqs(action: string, { QueueName }: Readonly<Record<string, unknown>>) {
  if (action === 'GetQueueAttributes') return { Attributes: { VisibilityTimeout: '30' } };
  if (QueueName === 'slow' || QueueName === 'line.fifo') return { QueueUrl: `http://127.0.0.1/${QueueName}` };
  throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

/** DynamoDB with two tables that have streams. */
async function callDynamoDb(_operation: string, input: object) {
  const { TableName } = Object(input);
  if (TableName === 'orders' || TableName === 'others')
    return { Table: { LatestStreamArn: `arn:${TableName}` } };
  throw new DynamoDbError('ResourceNotFoundException', 'Requested resource not found');
}

const timeouts: Readonly<Record<string, number>> = { 'on-order': 3000, 'on-order-2': 3000, long: 60_000 };

describe('the API of event source mappings', () => {
  let registry: MappingRegistry;
  let api: ReturnType<typeof createMappingsApi>;
  let polled: string[];
  let forgotten: string[];
  let isSourceGone: boolean;

  function open(collections: Collections): void {
    registry = new MappingRegistry({
      clock: systemClock,
      log: silent,
      collections,
      forget: (uuid) => void forgotten.push(uuid),
      async start({ uuid }): Promise<Polling> {
        if (isSourceGone) throw new Error('The source is gone.');
        polled.push(uuid);
        return { stop: async () => void polled.splice(polled.indexOf(uuid), 1) };
      },
    });
    const timeoutOf = (reference: string) => timeouts[reference.split(':').at(-1) ?? ''];
    const functions = {
      find(reference: string) {
        const timeoutMs = timeoutOf(reference);
        if (timeoutMs === undefined)
          throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
        return { arn: functionArn.replace('on-order', reference.split(':').at(-1) ?? ''), timeoutMs };
      },
    };
    const check: Parameters<typeof createMappingsApi>[0]['check'] = (one) =>
      assertReadable(one, functions.find(one.functionArn).timeoutMs, { callDynamoDb, callSqs });
    const account = { region: 'eu-west-1', accountId: '000000000000' };
    api = createMappingsApi({ ...account, registry, functions, check }, next);
  }

  beforeEach(async () => {
    polled = [];
    forgotten = [];
    isSourceGone = false;
    open(memoryCollections);
    await registry.putOfStack(mapping);
    await registry.putOfStack(other);
  });

  afterEach(() => registry.close());

  async function call(path: string, query = '', method = 'GET', body?: object) {
    const request: AwsRequest = {
      service: 'lambda',
      method,
      path,
      query: new URLSearchParams(query),
      headers: {},
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    };
    return JSON.parse(String((await api(request)).body));
  }

  const uuids = ({ EventSourceMappings: list }: { EventSourceMappings: { UUID: string }[] }) =>
    list.map(({ UUID }) => UUID.slice(-1));

  const stateOf = async (uuid: string): Promise<string> => (await call(PATH + uuid)).State;

  it('describes one', async () => {
    expect(await call(PATH + mapping.uuid)).toEqual({
      UUID: mapping.uuid,
      EventSourceMappingArn: mapping.arn,
      EventSourceArn: mapping.streamArn,
      FunctionArn: functionArn,
      State: 'Enabled',
      StateTransitionReason: 'User action',
      LastModified: expect.any(Number),
      LastProcessingResult: 'No records processed',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 1,
      TumblingWindowInSeconds: 0,
      BisectBatchOnFunctionError: false,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      FunctionResponseTypes: [],
      DestinationConfig: { OnFailure: {} },
    });
    expect(await call(PATH + other.uuid)).toMatchObject({
      State: 'Disabled',
      DestinationConfig: { OnFailure: { Destination: queueArn } },
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    });
  });

  it('lists them all, or those of a function or a stream, page by page', async () => {
    expect(uuids(await call(PATH))).toEqual(['1', '2']);
    expect(uuids(await call(PATH, 'FunctionName=on-order'))).toEqual(['1']);
    expect(uuids(await call(PATH, `FunctionName=${functionArn}-2`))).toEqual(['2']);
    expect(uuids(await call(PATH, 'EventSourceArn=arn:other'))).toEqual([]);
    const first = await call(PATH, 'MaxItems=1');
    expect(first.NextMarker).toBe(mapping.uuid);
    const last = await call(PATH, `MaxItems=1&Marker=${first.NextMarker}`);
    expect(uuids(last)).toEqual(['2']);
    expect(last).not.toHaveProperty('NextMarker');
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
  it('makes one, changes it, and deletes it, each in a while', async () => {
    const made = await call(PATH, '', 'POST', { FunctionName: 'on-order', EventSourceArn: slowQueue });
    expect(made).toMatchObject({
      State: 'Creating',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      EventSourceArn: slowQueue,
      FunctionArn: functionArn,
      StateTransitionReason: 'USER_INITIATED',
    });
    await eventually(async () => expect(await stateOf(made.UUID)).toBe('Enabled'));
    expect(polled).toContain(made.UUID);

    const change = { BatchSize: 5, ScalingConfig: { MaximumConcurrency: 2 }, Enabled: false };
    expect(await call(PATH + made.UUID, '', 'PUT', change)).toMatchObject({
      State: 'Disabling',
      BatchSize: 5,
    });
    await eventually(async () => expect(await stateOf(made.UUID)).toBe('Disabled'));
    expect(polled).not.toContain(made.UUID);
    expect(await call(PATH + made.UUID)).toMatchObject({ ScalingConfig: { MaximumConcurrency: 2 } });

    expect(await call(PATH + made.UUID, '', 'DELETE')).toMatchObject({ State: 'Deleting' });
    await eventually(async () => expect(forgotten).toEqual([made.UUID]));
    await expect(call(PATH + made.UUID)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('disables one whose source goes meanwhile, and goes on with it by a change', async () => {
    isSourceGone = true;
    const { UUID } = await call(PATH, '', 'POST', { FunctionName: 'on-order', EventSourceArn: slowQueue });
    await eventually(async () => expect(await stateOf(UUID)).toBe('Disabled'));
    isSourceGone = false;
    await call(PATH + UUID, '', 'PUT', { BatchSize: 5 });
    await eventually(async () => expect(await stateOf(UUID)).toBe('Enabled'));
  });

  it('has none that a stack could not make', async () => {
    isSourceGone = true;
    const uuid = mapping.uuid.replace(/1$/, '3');
    await expect(registry.putOfStack({ ...mapping, uuid })).rejects.toThrow('The source is gone.');
    expect(uuids(await call(PATH))).toEqual(['1', '2']);
  });

  it('keeps what calls have made, and what they have changed while the stack says the same', async () => {
    const kept = new Map<string, Map<string, unknown>>();
    const collections: Collections = {
      ...memoryCollections,
      open<V>(name: string): Map<string, V> {
        if (!kept.has(name)) kept.set(name, new Map());
        return kept.get(name) as Map<string, V>;
      },
    };
    open(collections);
    await registry.putOfStack(mapping);
    await call(PATH + mapping.uuid, '', 'PUT', { BatchSize: 7 });
    const { UUID: made } = await call(PATH, '', 'POST', {
      FunctionName: 'on-order',
      EventSourceArn: slowQueue,
    });

    open(collections);
    await registry.putOfStack(mapping);
    await registry.resume();
    expect((await call(PATH + mapping.uuid)).BatchSize).toBe(7);
    expect(await stateOf(made)).toBe('Enabled');

    await registry.putOfStack({ ...mapping, batchSize: 9 });
    expect((await call(PATH + mapping.uuid)).BatchSize).toBe(9);
  });

  const queueOf = (members: object) => ({ FunctionName: 'on-order', EventSourceArn: slowQueue, ...members });
  const streamOf = (members: object) => ({
    FunctionName: 'on-order-2',
    EventSourceArn: mapping.streamArn.replace('orders', 'others'),
    StartingPosition: 'LATEST',
    ...members,
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
  it.each<readonly [what: string, body: object, code: string, message: string]>([
    [
      'a function that is not there',
      queueOf({ FunctionName: 'none' }),
      'ResourceNotFoundException',
      'not found',
    ],
    [
      'a source of another kind',
      queueOf({ EventSourceArn: 'arn:aws:kinesis:x' }),
      'InvalidParameterValueException',
      'is neither',
    ],
    [
      'a stream that is not there',
      streamOf({ EventSourceArn: mapping.streamArn.replace('orders', 'none') }),
      'InvalidParameterValueException',
      'Stream not found',
    ],
    [
      'a queue that is not there',
      queueOf({ EventSourceArn: `${slowQueue}er` }),
      'InvalidParameterValueException',
      'SQS Error Code',
    ],
    [
      'a visibility below the timeout',
      queueOf({ FunctionName: 'long' }),
      'InvalidParameterValueException',
      'Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    ],
    [
      'a starting position of a queue',
      queueOf({ StartingPosition: 'LATEST' }),
      'InvalidParameterValueException',
      'StartingPosition is not supported',
    ],
    [
      'a large batch without a window',
      queueOf({ BatchSize: 11 }),
      'InvalidParameterValueException',
      'batch window',
    ],
    [
      'a window of a FIFO queue',
      queueOf({ EventSourceArn: fifoQueue, MaximumBatchingWindowInSeconds: 1 }),
      'InvalidParameterValueException',
      'not supported for FIFO',
    ],
    [
      'a large batch of a FIFO queue',
      queueOf({ EventSourceArn: fifoQueue, BatchSize: 11 }),
      'ValidationException',
      'less than or equal to 10',
    ],
    [
      'a concurrency of one',
      queueOf({ ScalingConfig: { MaximumConcurrency: 1 } }),
      'ValidationException',
      'greater than or equal to 2',
    ],
    [
      'provisioned pollers',
      queueOf({ ProvisionedPollerConfig: {} }),
      'ValidationException',
      'ProvisionedPollerConfig',
    ],
    [
      'a stream without a position',
      streamOf({ StartingPosition: undefined }),
      'ValidationException',
      'startingPosition',
    ],
    [
      'a position by time',
      streamOf({ StartingPosition: 'AT_TIMESTAMP' }),
      'InvalidParameterValueException',
      'TRIM_HORIZON or LATEST',
    ],
    [
      'too many batches at a time',
      streamOf({ ParallelizationFactor: 11 }),
      'ValidationException',
      'less than or equal to 10',
    ],
    [
      'a tumbling window',
      streamOf({ TumblingWindowInSeconds: 60 }),
      'InvalidParameterValueException',
      'no tumbling windows',
    ],
    [
      'a FIFO destination',
      streamOf({ DestinationConfig: { OnFailure: { Destination: fifoQueue } } }),
      'InvalidParameterValueException',
      'OnFailure.Destination',
    ],
    [
      'the same source and function',
      { FunctionName: 'on-order', EventSourceArn: mapping.streamArn, StartingPosition: 'LATEST' },
      'ResourceConflictException',
      `UUID ${mapping.uuid}`,
    ],
  ])('refuses %s', async (_, body, code, message) => {
    await expect(call(PATH, '', 'POST', body)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('refuses what is not there, or not valid', async () => {
    await expect(call(`${PATH}x`)).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
    await expect(call(`${PATH}x`, '', 'DELETE')).rejects.toMatchObject({ status: 404 });
    await expect(call(PATH, 'MaxItems=0')).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
    await expect(call(PATH, '', 'PATCH')).rejects.toMatchObject({ code: 'UnknownOperationException' });
  });

  it('leaves everything else to the rest of the Lambda API', async () => {
    expect(await call('/2015-03-31/functions/')).toBe('next');
  });
});
