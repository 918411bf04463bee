import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod/mini';
import { DeviceDecommissioned, DeviceNotFound, Throttled } from '../../../shared/errors.ts';
import type {
  LambdaFunction,
  reportCancellation,
  reportGhost,
} from '../../../shared/middleware/telemetry.ts';
import { aContext, aRuleEvent } from '../../support/lambda.ts';

type Line = Readonly<Record<string, unknown>>;

/** With POWERTOOLS_DEV, logs and metrics go to the console of the test. */
const SETTINGS = {
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  POWERTOOLS_METRICS_DISABLED: 'false',
  POWERTOOLS_SERVICE_NAME: 'device-lifecycle',
  POWERTOOLS_METRICS_NAMESPACE: 'DeviceLifecycle',
};

describe('what a function says of an invocation', () => {
  let lines: Line[];
  let outcome: () => Promise<object>;
  let handler: LambdaFunction;
  let report: typeof reportCancellation;
  let reportOneGhost: typeof reportGhost;

  beforeAll(async () => {
    Object.assign(process.env, SETTINGS);
    const { onRule } = await import('../../../shared/middleware/rule.ts');
    ({ reportCancellation: report, reportGhost: reportOneGhost } = await import(
      '../../../shared/middleware/telemetry.ts'
    ));
    const payload = z.strictObject({ secret: z.optional(z.string()) });
    handler = onRule({ payload, notices: { publish: async () => undefined } }, () => outcome());
  });
  beforeEach(() => {
    lines = [];
    const keep = (line: unknown) => {
      lines.push(JSON.parse(String(line)));
    };
    for (const level of ['log', 'info', 'warn', 'error'] as const) {
      jest.spyOn(console, level).mockImplementation(keep);
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const logs = () => lines.filter((line) => 'level' in line);
  const metrics = () => lines.filter((line) => '_aws' in line);
  const invoke = () => handler(aRuleEvent({ requestId: 'request-1', secret: 'hush' }), aContext());

  it('is one line of JSON that can be found by device, request and trace, and one metric', async () => {
    outcome = async () => ({ outcome: 'registered' });
    await invoke();
    expect(logs()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'accepted',
        service: 'device-lifecycle',
        operation: 'register',
        outcome: 'registered',
        deviceId: 'sensor-1',
        requestId: 'request-1',
        correlationId: 'trace-1',
        durationMs: expect.any(Number),
      }),
    ]);
    expect(metrics()).toEqual([expect.objectContaining({ Accepted: 1, operation: 'register' })]);
  });

  it('is a warning with the code for a refusal', async () => {
    outcome = async () => {
      throw new DeviceNotFound('sensor-1');
    };
    await invoke();
    expect(logs()).toMatchObject([
      { level: 'WARN', message: 'rejected', code: 'DeviceNotFound', deviceId: 'sensor-1' },
    ]);
    expect(metrics()).toEqual([expect.objectContaining({ Rejected: 1 })]);
  });

  it('is an error with its cause for a fault', async () => {
    outcome = async () => {
      throw new Throttled('busy', { cause: new Error('DynamoDB said so') });
    };
    await expect(invoke()).rejects.toThrow('busy');
    expect(logs()).toMatchObject([
      { level: 'ERROR', message: 'failed', code: 'Throttled', requestId: 'request-1' },
    ]);
    expect(JSON.stringify(logs())).toContain('DynamoDB said so');
    expect(metrics()).toEqual([expect.objectContaining({ Failed: 1 })]);
  });

  it('is one more line, and a metric by reason, for each transaction that was cancelled', async () => {
    outcome = async () => {
      report({ transaction: 'register', reason: 'TransactionConflict', items: ['serialNumber'], attempt: 1 });
      return { outcome: 'registered' };
    };
    await invoke();
    expect(logs()).toMatchObject([
      {
        level: 'INFO',
        message: 'transaction cancelled',
        transaction: 'register',
        reason: 'TransactionConflict',
        items: ['serialNumber'],
        attempt: 1,
        operation: 'register',
        deviceId: 'sensor-1',
        correlationId: 'trace-1',
      },
      { message: 'accepted' },
    ]);
    const [cancelled, accepted] = metrics();
    expect(cancelled).toMatchObject({ TransactionCancelled: 1, reason: 'TransactionConflict' });
    expect(accepted).not.toHaveProperty('reason');
  });

  it('is one more line, and a metric of all devices together, for a message of one that is out of service', async () => {
    outcome = async () => {
      reportOneGhost({ operation: 'register', decommissionedAt: 5, isRecorded: true });
      throw new DeviceDecommissioned('sensor-1');
    };
    await invoke();
    expect(logs()).toMatchObject([
      {
        level: 'WARN',
        message: 'ghost',
        operation: 'register',
        deviceId: 'sensor-1',
        requestId: 'request-1',
        correlationId: 'trace-1',
        decommissionedAt: 5,
        isRecorded: true,
      },
      { message: 'rejected', code: 'DeviceDecommissioned' },
    ]);
    const [{ _aws, ...ghost } = {}] = metrics();
    expect(ghost).toEqual({ service: 'device-lifecycle', GhostMessages: 1 });
  });

  it('never holds a payload', async () => {
    outcome = async () => ({});
    await invoke();
    expect(JSON.stringify(lines)).not.toContain('hush');
  });

  it('has the keys of its own invocation alone', async () => {
    outcome = async () => ({});
    await invoke();
    lines = [];
    await expect(handler({ trigger: 'rule' }, aContext())).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(logs()).toHaveLength(1);
    expect(logs()[0]).not.toHaveProperty('deviceId');
    expect(logs()[0]).not.toHaveProperty('requestId');
  });

  it('names no more of a device than an id can have', async () => {
    const { onTask } = await import('../../../shared/middleware/task.ts');
    const task = onTask({ operation: 'hold', input: z.strictObject({}) }, async () => ({}));
    await expect(task({ deviceId: 'x'.repeat(10_000) }, aContext())).rejects.toMatchObject({
      name: 'InvalidInput',
    });
    expect(logs()).toEqual([expect.objectContaining({ deviceId: 'x'.repeat(128) })]);
  });
});
