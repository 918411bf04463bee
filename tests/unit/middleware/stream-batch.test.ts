import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IntegrityViolation, Throttled } from '../../../shared/errors.ts';
import type { BatchResult, StreamRecord } from '../../../shared/middleware/stream-batch.ts';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import { aContext } from '../../support/lambda.ts';
import { problemsOf } from '../../support/log-lines.ts';
import { keepLines, SAYING, type SaidLine } from '../said-lines.ts';

const aRecord = (deviceId: string) => ({
  eventID: `event-${deviceId}`,
  eventName: 'MODIFY',
  dynamodb: {
    SequenceNumber: `1-${deviceId}`,
    Keys: { id: { S: deviceId } },
    OldImage: { id: { S: deviceId }, version: { N: '1' } },
    NewImage: { id: { S: deviceId }, version: { N: '2' } },
  },
});
const updated = (position: number, deviceId: string) =>
  ({ position, deviceId, outcome: 'DeviceUpdated' }) as const;

describe('a function that handles a batch of a stream together', () => {
  let handler: LambdaFunction;
  let lines: SaidLine[];
  let handled: (readonly StreamRecord[])[];
  let result: BatchResult | Error;

  beforeAll(async () => {
    Object.assign(process.env, SAYING);
    const { onStreamBatch } = await import('../../../shared/middleware/stream-batch.ts');
    handler = onStreamBatch({ operation: 'publishEvents' }, async (records) => {
      handled.push(records);
      if (result instanceof Error) throw result;
      return result;
    });
  });
  beforeEach(() => {
    lines = keepLines();
    handled = [];
    result = { handled: [] };
  });
  afterEach(() => {
    for (const line of lines) expect(problemsOf(line)).toEqual([]);
    jest.restoreAllMocks();
  });

  const invoke = (...deviceIds: string[]) => handler({ Records: deviceIds.map(aRecord) }, aContext());
  const logs = () => lines.filter((line) => 'level' in line);
  const metrics = () => lines.filter((line) => '_aws' in line);

  it('hands all records over at once, with both images', async () => {
    expect(await invoke('a', 'b')).toEqual({ batchItemFailures: [] });

    expect(handled).toEqual([[aRecord('a').dynamodb, aRecord('b').dynamodb]]);
    expect(lines).toEqual([]);
  });

  it('logs one line and one metric for each record that something came of', async () => {
    const known = { requestId: 'request-1', correlationId: 'trace-1' };
    result = { handled: [{ ...updated(0, 'a'), ...known }, updated(2, 'c')] };

    expect(await invoke('a', 'b', 'c')).toEqual({ batchItemFailures: [] });

    const accepted = { message: 'accepted', operation: 'publishEvents', outcome: 'DeviceUpdated' };
    expect(logs()).toMatchObject([
      { ...accepted, deviceId: 'a', ...known },
      { ...accepted, deviceId: 'c', requestId: 'event-c', correlationId: 'event-c' },
    ]);
    expect(metrics()).toMatchObject([{ Accepted: 1 }, { Accepted: 1 }]);
  });

  it.each([new Throttled('busy'), new IntegrityViolation('broken'), new TypeError('a bug')])(
    'has Lambda come again with the first record that failed, and those after it: %p',
    async (error) => {
      result = { handled: [updated(0, 'a')], failure: { position: 1, error } };

      expect(await invoke('a', 'b', 'c')).toEqual({ batchItemFailures: [{ itemIdentifier: '1-b' }] });

      expect(logs()).toMatchObject([
        { message: 'accepted', deviceId: 'a' },
        { level: 'ERROR', message: 'failed', code: error.name, deviceId: 'b', requestId: 'event-b' },
      ]);
      expect(metrics()).toMatchObject([{ Accepted: 1 }, { Failed: 1 }]);
    },
  );

  it('has Lambda come again with the whole batch after an error that it knows nothing of', async () => {
    result = new TypeError('a bug');

    expect(await invoke('a', 'b')).toEqual({ batchItemFailures: [{ itemIdentifier: '1-a' }] });
    expect(logs()).toMatchObject([{ message: 'failed', code: 'TypeError', deviceId: 'a' }]);
  });

  it('fails at an event of another kind', async () => {
    await expect(handler({ detail: {} }, aContext())).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(handled).toEqual([]);
  });
});
