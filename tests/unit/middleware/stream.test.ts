import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CredentialsBusy, DeviceNotFound, IntegrityViolation, Throttled } from '../../../shared/errors.ts';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import { aContext } from '../../support/lambda.ts';
import { problemsOf } from '../../support/log-lines.ts';
import { keepLines, SAYING, type SaidLine } from '../said-lines.ts';

const facts = { certificateIds: ['certificate-1'], sharedCertificateIds: ['certificate-2'] };

/** A record of the stream of invalid devices. */
const aRecord = (deviceId: string, decommission: Record<string, unknown> = {}) => ({
  eventID: `event-${deviceId}`,
  eventName: 'INSERT',
  dynamodb: {
    SequenceNumber: `1-${deviceId}`,
    Keys: { id: { S: deviceId } },
    NewImage: {
      pendingSince: { N: String(Date.now()) },
      decommission: { M: { correlationId: { S: `trace-${deviceId}` }, ...decommission } },
    },
  },
});

/** The removal of a record by DynamoDB. */
const aRemoval = (deviceId: string) => ({
  eventID: `removal-${deviceId}`,
  eventName: 'REMOVE',
  dynamodb: {
    SequenceNumber: `2-${deviceId}`,
    Keys: { id: { S: deviceId } },
    OldImage: { id: { S: deviceId }, ttl: { N: '1780000000' } },
    ApproximateCreationDateTime: 1_780_000_060,
  },
});

describe('a function that reads a stream', () => {
  let handler: LambdaFunction;
  let lines: SaidLine[];
  let handled: string[];
  let failures: Readonly<Record<string, Error>>;

  beforeAll(async () => {
    Object.assign(process.env, SAYING);
    const { onStream } = await import('../../../shared/middleware/stream.ts');
    const handle = (deviceId: string) => {
      handled.push(deviceId);
      const failure = failures[deviceId];
      if (failure !== undefined) throw failure;
    };
    handler = onStream({
      operation: 'settleCredentials',
      async moved({ deviceId }) {
        handle(deviceId);
        return { outcome: 'inactive', ...facts };
      },
      async removed({ item, removedAt }) {
        handle(`${item['id']?.S} at ${removedAt}`);
        return { outcome: 'expired' };
      },
    });
  });
  beforeEach(() => {
    lines = keepLines();
    handled = [];
    failures = {};
  });
  afterEach(() => {
    for (const line of lines) expect(problemsOf(line)).toEqual([]);
    jest.restoreAllMocks();
  });

  const invoke = (...deviceIds: string[]) =>
    handler({ Records: deviceIds.map((deviceId) => aRecord(deviceId)) }, aContext());
  const logs = () => lines.filter((line) => 'level' in line);
  const metrics = () => lines.filter((line) => '_aws' in line);

  it('logs one line and one metric a record, with the certificates and what ties it to its request', async () => {
    expect(await invoke('a', 'b')).toEqual({ batchItemFailures: [] });

    const line = (deviceId: string) => ({
      message: 'accepted',
      operation: 'settleCredentials',
      outcome: 'inactive',
      deviceId,
      requestId: `event-${deviceId}`,
      correlationId: `trace-${deviceId}`,
      durationMs: expect.any(Number),
      ...facts,
    });
    expect(logs()).toMatchObject([line('a'), line('b')]);
    expect(metrics()).toMatchObject([{ Accepted: 1 }, { Accepted: 1 }]);
  });

  it('leaves the rest of the batch for later when AWS IoT throttles, and fails at nothing', async () => {
    failures = { a: new Throttled('busy') };

    expect(await invoke('a', 'b')).toEqual({ batchItemFailures: [] });

    expect(handled).toEqual(['a']);
    expect(logs()).toMatchObject([{ level: 'INFO', message: 'deferred', code: 'Throttled', deviceId: 'a' }]);
    expect(metrics()).toMatchObject([{ Deferred: 1, operation: 'settleCredentials' }]);
  });

  it('goes on after a device that an execution works on', async () => {
    failures = { a: new CredentialsBusy('a') };

    expect(await invoke('a', 'b')).toEqual({ batchItemFailures: [] });

    expect(handled).toEqual(['a', 'b']);
    expect(logs()).toMatchObject([{ message: 'deferred' }, { message: 'accepted' }]);
  });

  it('goes on after a refusal', async () => {
    failures = { a: new DeviceNotFound('a') };

    expect(await invoke('a', 'b')).toEqual({ batchItemFailures: [] });

    expect(logs()).toMatchObject([{ message: 'rejected' }, { message: 'accepted' }]);
  });

  it.each([new IntegrityViolation('broken'), new TypeError('a bug')])(
    'has the record of a fault tried again, and those after it: %p',
    async (failure) => {
      failures = { b: failure };

      expect(await invoke('a', 'b', 'c')).toEqual({ batchItemFailures: [{ itemIdentifier: '1-b' }] });

      expect(handled).toEqual(['a', 'b']);
      expect(logs()).toMatchObject([{ message: 'accepted' }, { message: 'failed', code: failure.name }]);
      expect(metrics()).toMatchObject([{ Accepted: 1 }, { Failed: 1 }]);
    },
  );

  it('notes what was removed, also when the rest of the batch is left for later', async () => {
    failures = { a: new Throttled('busy') };

    const Records = [aRecord('a'), aRecord('b'), aRemoval('c')];
    expect(await handler({ Records }, aContext())).toEqual({ batchItemFailures: [] });

    expect(handled).toEqual(['a', 'c at 1780000060000']);
    expect(logs()).toMatchObject([
      { message: 'deferred', deviceId: 'a' },
      { message: 'accepted', operation: 'recordPurge', outcome: 'expired', deviceId: 'c' },
    ]);
  });

  it('has a removal tried again that could not be noted, whatever the fault: nobody else comes to it', async () => {
    failures = { 'a at 1780000060000': new Throttled('busy') };

    expect(await handler({ Records: [aRemoval('a'), aRemoval('b')] }, aContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: '2-a' }],
    });

    expect(logs()).toMatchObject([{ message: 'failed', operation: 'recordPurge', code: 'Throttled' }]);
  });

  it('lets a device that decommissioned itself hear so first', async () => {
    jest.useFakeTimers();
    try {
      const done = handler({ Records: [aRecord('a', { source: { S: 'device' } })] }, aContext());
      await jest.advanceTimersByTimeAsync(499);
      expect(handled).toEqual([]);

      await jest.advanceTimersByTimeAsync(1);
      await done;
    } finally {
      jest.useRealTimers();
    }

    expect(handled).toEqual(['a']);
  });
});
