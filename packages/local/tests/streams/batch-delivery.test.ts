import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ConsumeOptions,
  type Consumption,
  consume,
  functionArn,
  queueArn,
  Refusal,
  streamOf,
} from './consume.ts';
import { engineStreamArn } from './fake-stream.ts';

/** A handler that fails whenever the batch holds one of these. */
const failsOn =
  (...poison: string[]) =>
  (ids: readonly string[]) => {
    if (ids.some((id) => poison.includes(id))) throw new Error('poison');
  };

/** A handler that reports these, by their sequence numbers, and goes on. */
const reports =
  (...poison: string[]): NonNullable<ConsumeOptions['handler']> =>
  (_, event) => ({
    batchItemFailures: event.Records.filter(({ dynamodb }) =>
      poison.includes(dynamodb?.Keys?.['id']?.S ?? ''),
    ).map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber })),
  });

describe('the delivery of a batch', () => {
  let consumption: Consumption | undefined;

  const start = async (options: ConsumeOptions) => {
    consumption = await consume(options);
    return consumption;
  };

  afterEach(() => consumption?.close());

  it('is tried again as a whole, more and more slowly, and holds up what comes after it', async () => {
    let failures = 3;
    const { invocations, times, stream, processed, untilInvoked } = await start({
      stream: streamOf('a', 'b'),
      handler: () => {
        if (failures-- > 0) throw new Error('not yet');
      },
    });
    await untilInvoked(1);
    stream.put('c');

    await untilInvoked(5);

    expect(invocations).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']]);
    const delays = times.slice(1, 4).map((time, index) => time - (times[index] ?? 0));
    expect(delays).toEqual([100, 200, 400]);
    expect(processed).toEqual([false, false, false, true, true]);
  });

  it('ends after its retries, and the destination is told where the records are', async () => {
    const { invocations, told, untilInvoked } = await start({
      stream: streamOf('a', 'b', 'c'),
      mapping: { batchSize: 2, maximumRetryAttempts: 1, onFailure: queueArn },
      handler: failsOn('a'),
    });

    await untilInvoked(3);

    expect(invocations).toEqual([['a', 'b'], ['a', 'b'], ['c']]);
    expect(told).toEqual([
      {
        queue: queueArn,
        version: '1.0',
        timestamp: '2026-01-01T00:00:00.100Z',
        requestContext: {
          requestId: 'request-2',
          functionArn,
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 2,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        DDBStreamBatchInfo: {
          shardId: 'shard-1',
          startSequenceNumber: '101',
          endSequenceNumber: '102',
          approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
          approximateArrivalOfLastRecord: '2026-01-01T00:00:00Z',
          batchSize: 2,
          streamArn: engineStreamArn,
        },
      },
    ]);
  });

  it('says what it gives up where there is no destination', async () => {
    const { logged, untilInvoked } = await start({
      stream: streamOf('a', 'b'),
      mapping: { batchSize: 1, maximumRetryAttempts: 0 },
      handler: failsOn('a'),
    });

    await untilInvoked(2);

    expect(logged).toEqual([
      `1 stream records of orders for ${functionArn} are given up (RetryAttemptsExhausted), and there is no on-failure destination`,
    ]);
  });

  it('is split until the poison is alone; splitting uses up no retries', async () => {
    const { invocations, told, untilInvoked } = await start({
      stream: streamOf('a', 'b', 'poison', 'd', 'e'),
      mapping: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1, onFailure: queueArn },
      handler: failsOn('poison'),
    });

    await untilInvoked(6);

    expect(invocations).toEqual([
      ['a', 'b', 'poison', 'd', 'e'],
      ['a', 'b', 'poison'],
      ['a', 'b'],
      ['poison'],
      ['poison'],
      ['d', 'e'],
    ]);
    expect(told).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 4 },
        DDBStreamBatchInfo: { startSequenceNumber: '103', endSequenceNumber: '103', batchSize: 1 },
      },
    ]);
  });

  it('goes on from the first record that the function reports, which counts as a try', async () => {
    const { invocations, told, untilTold } = await start({
      stream: streamOf('a', 'b', 'c', 'd'),
      mapping: { reportBatchItemFailures: true, maximumRetryAttempts: 2, onFailure: queueArn },
      handler: reports('d', 'b'),
    });

    await untilTold(1);

    expect(invocations).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'c', 'd'],
      ['b', 'c', 'd'],
    ]);
    expect(told).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST' },
        DDBStreamBatchInfo: { startSequenceNumber: '102', endSequenceNumber: '104', batchSize: 3 },
      },
    ]);
    expect(told[0]?.['responseContext']).not.toHaveProperty('functionError');
  });

  it('isolates what is reported when it may be split', async () => {
    const { invocations, told, untilInvoked } = await start({
      stream: streamOf('a', 'poison', 'c', 'd'),
      mapping: {
        reportBatchItemFailures: true,
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 0,
        onFailure: queueArn,
      },
      handler: reports('poison'),
    });

    await untilInvoked(6);

    expect(invocations).toEqual([
      ['a', 'poison', 'c', 'd'],
      ['poison', 'c', 'd'],
      ['poison', 'c'],
      ['poison'],
      ['c'],
      ['d'],
    ]);
    expect(told).toMatchObject([{ DDBStreamBatchInfo: { startSequenceNumber: '102', batchSize: 1 } }]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['no list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
    ['something else', { failures: ['101'] }],
  ])('succeeds when the function answers %s', async (_, answer) => {
    const { invocations, untilInvoked } = await start({
      stream: streamOf('a', 'b', 'c'),
      mapping: { reportBatchItemFailures: true, batchSize: 2 },
      handler: () => answer,
    });

    await untilInvoked(2);

    expect(invocations).toEqual([['a', 'b'], ['c']]);
  });

  it.each([
    ['an empty identifier', [{ itemIdentifier: '' }]],
    ['no identifier', [{ itemIdentifier: null }]],
    ['another key', [{ sequenceNumber: '102' }]],
    ['a record that it did not get', [{ itemIdentifier: '999' }]],
    ['no list', 'b'],
  ])('fails as a whole when the function reports %s', async (_, batchItemFailures) => {
    const { invocations, untilInvoked } = await start({
      stream: streamOf('a', 'b', 'c'),
      mapping: { reportBatchItemFailures: true, batchSize: 2 },
      handler: () => ({ batchItemFailures }),
    });

    await untilInvoked(2);

    expect(invocations).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('looks at no answer where the mapping does not ask for reports', async () => {
    const { invocations, untilInvoked } = await start({
      stream: streamOf('a', 'b'),
      mapping: { batchSize: 1 },
      handler: reports('a'),
    });

    await untilInvoked(2);

    expect(invocations).toEqual([['a'], ['b']]);
  });

  it('gives up records that have become too old, and goes on with those that have not', async () => {
    const { invocations, told, stream, clock, untilInvoked } = await start({
      stream: streamOf(),
      mapping: { maximumRecordAgeInSeconds: 60, onFailure: queueArn },
      handler: failsOn('a'),
    });
    stream.put('a', clock.now() / 1000);
    await untilInvoked(1);
    const retriesUntil = clock.now() + 62_000;
    await clock.advance(50_000);
    stream.put('b', clock.now() / 1000);

    await clock.runUntil(async () => invocations.at(-1)?.[0] === 'b');

    expect(clock.now()).toBeLessThan(retriesUntil + 10_000);
    expect(told).toMatchObject([
      { requestContext: { condition: 'RecordAgeExceeded' }, DDBStreamBatchInfo: { batchSize: 1 } },
    ]);
  });

  it('takes no record for old because the clock has been moved', async () => {
    const { invocations, told, stream, clock, jump, untilInvoked } = await start({
      mapping: { maximumRecordAgeInSeconds: 60, onFailure: queueArn },
    });
    await clock.advance(1_000);
    const engineSeconds = clock.now() / 1000;
    jump(40 * 24 * 3_600_000);
    stream.put('a', engineSeconds);

    await untilInvoked(1);

    expect(invocations).toEqual([['a']]);
    expect(told).toEqual([]);
  });

  it('tries a function that cannot be invoked for as long as it takes, without using up retries', async () => {
    let refusals = 5;
    const { invocations, told, untilInvoked } = await start({
      stream: streamOf('a', 'b'),
      mapping: { batchSize: 1, maximumRetryAttempts: 0, onFailure: queueArn },
      handler: () => {
        if (refusals-- > 0) throw new Refusal('Rate Exceeded.');
      },
    });

    await untilInvoked(7);

    expect(invocations.map(([id]) => id)).toEqual(['a', 'a', 'a', 'a', 'a', 'a', 'b']);
    expect(told).toEqual([]);
  });

  it('waits until the destination knows', async () => {
    let failures = 2;
    const { told, logged, untilInvoked } = await start({
      stream: streamOf('a', 'b'),
      mapping: { batchSize: 1, maximumRetryAttempts: 0, onFailure: queueArn },
      handler: failsOn('a'),
      sendMessage: async () => {
        if (failures-- > 0) throw new Error('no such queue');
      },
    });

    await untilInvoked(2);

    expect(told).toHaveLength(1);
    expect(logged).toHaveLength(2);
    expect(logged[0]).toContain('could not be told of records that are given up: Error: no such queue');
  });
});
