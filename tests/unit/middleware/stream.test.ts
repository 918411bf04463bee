import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CredentialsBusy, DeviceNotFound, IntegrityViolation, Throttled } from '../../../shared/errors.ts';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import { aContext } from '../../support/lambda.ts';
import { problemsOf } from '../../support/log-lines.ts';
import { keepLines, SAYING, type SaidLine } from '../../support/said-lines.ts';

const facts = { certificateIds: ['certificate-1'], sharedCertificateIds: ['certificate-2'] };

/** A record of the stream of invalid devices. */
const aRecord = (deviceId: string, decommission: Record<string, unknown> = {}) => ({
  eventID: `event-${deviceId}`,
  dynamodb: {
    SequenceNumber: `1-${deviceId}`,
    Keys: { id: { S: deviceId } },
    NewImage: {
      pendingSince: { N: String(Date.now()) },
      decommission: { M: { correlationId: { S: `trace-${deviceId}` }, ...decommission } },
    },
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
    handler = onStream({ operation: 'settleCredentials' }, async ({ deviceId }) => {
      handled.push(deviceId);
      const failure = failures[deviceId];
      if (failure !== undefined) throw failure;
      return { outcome: 'inactive', ...facts };
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
