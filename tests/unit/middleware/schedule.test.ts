import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ServiceUnavailable, StillAttached } from '../../../shared/errors.ts';
import type { onSchedule } from '../../../shared/middleware/schedule.ts';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import { aContext } from '../../support/lambda.ts';
import { problemsOf } from '../../support/log-lines.ts';
import { keepLines, SAYING, type SaidLine } from '../said-lines.ts';

type Handle = Parameters<typeof onSchedule>[0];

describe('a function that a schedule invokes', () => {
  let handler: LambdaFunction;
  let handle: Handle;
  let lines: SaidLine[];

  beforeAll(async () => {
    Object.assign(process.env, SAYING);
    const schedule = await import('../../../shared/middleware/schedule.ts');
    handler = schedule.onSchedule((...request) => handle(...request));
  });
  beforeEach(() => {
    lines = keepLines();
  });
  afterEach(() => {
    for (const line of lines) expect(problemsOf(line)).toEqual([]);
    jest.restoreAllMocks();
  });

  const invoke = () => handler({ id: 'event-1' }, aContext());
  const logs = () => lines.filter((line) => 'level' in line);
  const metrics = () => lines.filter((line) => '_aws' in line);
  const counts = { settled: 1, deferred: 2, failed: 1, oldestPendingMs: 61_400 };
  const result = { credentials: counts, purges: { settled: 3, deferred: 0, failed: 0, oldestPendingMs: 0 } };

  it('logs a line for each device, and one with what the run came to', async () => {
    const facts = { certificateIds: ['certificate-1'], sharedCertificateIds: [] };
    handle = async (_timing, observe) => {
      observe.credentials.settled('a', { credentials: 'active', ...facts });
      observe.credentials.failed('b', new TypeError('a bug'));
      return result;
    };

    expect(await invoke()).toEqual(result);

    expect(logs()).toMatchObject([
      { message: 'settled', deviceId: 'a', outcome: 'active', ...facts },
      { message: 'failed', deviceId: 'b', code: 'TypeError' },
      { message: 'reconciled', operation: 'reconcileCredentials', ...counts, durationMs: expect.any(Number) },
      { message: 'reconciled', operation: 'reconcilePurges', ...result.purges },
    ]);
    expect(logs()[2]).not.toHaveProperty('deviceId');
  });

  it('logs a line for each device of which nothing is left', async () => {
    handle = async (_timing, observe) => {
      observe.purges.purged('a', { certificateIds: ['certificate-1'], keptCertificateIds: ['shared'] });
      observe.purges.deferred('b', new StillAttached('b'));
      observe.purges.failed('c', new TypeError('a bug'));
      return result;
    };

    await invoke();

    expect(logs().slice(0, 3)).toMatchObject([
      {
        message: 'settled',
        operation: 'reconcilePurges',
        deviceId: 'a',
        outcome: 'removed',
        certificateIds: ['certificate-1'],
        sharedCertificateIds: ['shared'],
      },
      { message: 'deferred', operation: 'reconcilePurges', deviceId: 'b', code: 'StillAttached' },
      { message: 'failed', operation: 'reconcilePurges', deviceId: 'c', code: 'TypeError' },
    ]);
  });

  it('measures a run by the service alone, whatever has failed in it', async () => {
    handle = async (_timing, observe) => {
      observe.credentials.failed('b', new TypeError('a bug'));
      return result;
    };
    await invoke();

    const [failed, run, purges] = metrics();
    expect(failed).toMatchObject({ Failed: 1, operation: 'reconcileCredentials' });
    expect(run).toMatchObject({
      CredentialsSettled: 1,
      CredentialsDeferred: 2,
      OldestPendingCredentials: 61,
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service']] }] },
    });
    expect(purges).toMatchObject({ PurgesSettled: 3, PurgesDeferred: 0, OldestPendingPurges: 0 });
  });

  it('fails, and says so, when it cannot see what is pending', async () => {
    handle = () => Promise.reject(new ServiceUnavailable('DynamoDB does not answer.'));

    await expect(invoke()).rejects.toThrow('DynamoDB does not answer.');

    expect(logs()).toMatchObject([{ message: 'failed', code: 'ServiceUnavailable' }]);
    expect(metrics()).toMatchObject([{ Failed: 1 }]);
  });
});
