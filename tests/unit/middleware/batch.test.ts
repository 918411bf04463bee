import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod/mini';
import type { DeviceOutcome } from '../../../shared/domain/fleet.ts';
import { DeviceNotFound, Throttled } from '../../../shared/errors.ts';
import type { onBatch } from '../../../shared/middleware/batch.ts';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import type { Cancellation } from '../../../shared/ports.ts';
import { aContext } from '../../support/lambda.ts';
import { problemsOf } from '../../support/log-lines.ts';

type Line = Readonly<Record<string, unknown>>;
type Handle = Parameters<typeof onBatch>[1];

/** With POWERTOOLS_DEV, logs and metrics go to the console of the test. */
const SETTINGS = {
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  POWERTOOLS_METRICS_DISABLED: 'false',
  POWERTOOLS_SERVICE_NAME: 'device-lifecycle-dev',
  POWERTOOLS_METRICS_NAMESPACE: 'DeviceLifecycle',
};

const EVENT = { requestId: 'fleet-1', correlationId: 'arn:execution', requestedAt: 1, source: 'execution' };
const done = (deviceId: string): DeviceOutcome => ({ deviceId, outcome: 'decommissioned', ttl: 1 });
const failed = (deviceId: string, { name, message }: Error): DeviceOutcome => ({
  deviceId,
  outcome: 'failed',
  error: name,
  message,
  retryable: false,
});

describe('what a function says of a batch', () => {
  let lines: Line[];
  let handle: Handle;
  let handler: LambdaFunction;

  beforeAll(async () => {
    Object.assign(process.env, SETTINGS);
    const { onBatch } = await import('../../../shared/middleware/batch.ts');
    const input = z.strictObject({ dryRun: z.optional(z.boolean()) });
    handler = onBatch({ operation: 'decommission', input }, (...parts) => handle(...parts));
  });
  beforeEach(() => {
    lines = [];
    for (const level of ['log', 'info', 'warn', 'error'] as const) {
      jest.spyOn(console, level).mockImplementation((line) => void lines.push(JSON.parse(String(line))));
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const logs = () => lines.filter((line) => 'level' in line);
  const metric = (name: string) =>
    lines.filter((line) => '_aws' in line && name in line).map((line) => line[name]);
  const invoke = (event: object = {}) => handler({ ...EVENT, ...event }, aContext());

  it('is one line, and the metrics of its devices', async () => {
    const missing = new DeviceNotFound('c');
    handle = async (_, { failed: observeFailure }) => {
      observeFailure('c', missing);
      return [done('a'), done('b'), failed('c', missing)];
    };
    expect(await invoke()).toHaveLength(3);
    expect(logs()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'batch',
        operation: 'decommission',
        requestId: 'fleet-1',
        correlationId: 'arn:execution',
        durationMs: expect.any(Number),
        dryRun: false,
        devices: 3,
        outcomes: { decommissioned: 2, DeviceNotFound: 1 },
        cancellations: {},
      }),
    ]);
    expect(logs().flatMap(problemsOf)).toEqual([]);
    expect(metric('Accepted')).toEqual([2]);
    expect(metric('Rejected')).toEqual([1]);
    expect(metric('Failed')).toEqual([]);
  });

  it('has a line for the first faults alone, and counts them all', async () => {
    const fault = new Throttled('busy');
    const ids = ['a', 'b', 'c', 'd', 'e'];
    handle = async (_, { failed: observeFailure }) => {
      for (const id of ids) observeFailure(id, fault);
      return [...ids.map((id) => failed(id, fault)), done('f')];
    };
    await invoke();
    const faults = logs().filter(({ message }) => message === 'failed');
    expect(faults.map(({ deviceId }) => deviceId)).toEqual(['a', 'b', 'c']);
    expect(logs().flatMap(problemsOf)).toEqual([]);
    expect(metric('Failed')).toEqual([5]);
  });

  it('counts cancelled tries by their reason, instead of a line for each', async () => {
    const cancellation = { transaction: 'decommission', reason: 'Throttled', items: ['device'], attempt: 1 };
    handle = async (_, { observe }) => {
      for (let count = 0; count < 7; count += 1) observe(cancellation as Cancellation);
      return [done('a')];
    };
    await invoke();
    expect(logs()).toMatchObject([{ message: 'batch', cancellations: { Throttled: 7 } }]);
    expect(metric('TransactionCancelled')).toEqual([7]);
  });

  it('counts no device of a dry run', async () => {
    handle = async () => [{ deviceId: 'a', outcome: 'wouldDecommission', certificates: 1 }];
    await invoke({ dryRun: true });
    expect(logs()).toMatchObject([{ message: 'batch', dryRun: true }]);
    expect(lines.filter((line) => '_aws' in line)).toEqual([]);
  });

  it('is a failure when the batch fails as a whole', async () => {
    handle = () => Promise.reject(new Throttled('busy'));
    await expect(invoke()).rejects.toMatchObject({ name: 'Throttled' });
    expect(logs()).toMatchObject([{ message: 'failed', code: 'Throttled', operation: 'decommission' }]);
    expect(metric('Failed')).toEqual([1]);
  });
});
