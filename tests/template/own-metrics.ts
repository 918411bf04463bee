import { readFile } from 'node:fs/promises';
import type { PackagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { jest } from '@jest/globals';
import { describeCancellation } from '../../shared/adapters/device-store/cancellations.ts';
import { DeviceNotFound, Throttled } from '../../shared/errors.ts';
import { type Metric, metricsOf } from './metrics.ts';

/** One code of DynamoDB for each reason that a metric can have. */
const CANCELLATION_CODES = ['ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError'];

/** What requests are called in metrics: by the rules, by the handlers, and where nobody knows. */
async function operations({ stack }: PackagedTemplate): Promise<readonly string[]> {
  const named = stack.rules.flatMap(({ sql }) => /'(\w+)' AS operation/.exec(sql)?.[1] ?? []);
  const handlers = await Promise.all(
    stack.functions.map(({ handler }) =>
      readFile(new URL(`../../${handler.replace(/\.handler$/, '.ts')}`, import.meta.url), 'utf8'),
    ),
  );
  const tasks = handlers.flatMap((source) =>
    [...source.matchAll(/operation: '(\w+)'/g)].flatMap(([, operation]) => operation ?? []),
  );
  const { RECORD_PURGE } = await import('../../shared/middleware/stream.ts');
  const { RECONCILED } = await import('../../shared/middleware/schedule.ts');
  return [...new Set([...named, ...tasks, RECORD_PURGE, ...Object.values(RECONCILED), 'unknown'])];
}

/**
 * Every metric that the packaged functions can emit, as they themselves write them: for each operation what it can come
 * to, and for each reason a cancelled transaction. Import nothing of `shared/middleware` before: its metrics are named by
 * the environment at that moment.
 */
export async function ownMetrics(template: PackagedTemplate): Promise<readonly Metric[]> {
  const [fn] = template.stack.functions;
  Object.assign(process.env, fn?.environment, {
    POWERTOOLS_DEV: 'true', // lines go to the console of the test
    POWERTOOLS_METRICS_DISABLED: 'false',
  });
  const { reportAccepted, reportCancellation, reportDeferred, reportFailure, reportGhost, reportReconciled } =
    await import('../../shared/middleware/telemetry.ts');
  const lines: Record<string, unknown>[] = [];
  for (const level of ['log', 'info', 'warn', 'error'] as const) {
    jest.spyOn(console, level).mockImplementation((line) => void lines.push(JSON.parse(String(line))));
  }
  try {
    for (const operation of await operations(template)) {
      reportAccepted(operation, { outcome: 'done' });
      reportDeferred(operation, new Throttled('busy'));
      reportFailure(operation, new DeviceNotFound('sensor-1'));
      reportFailure(operation, new Throttled('busy'));
    }
    const nothing = { settled: 0, deferred: 0, failed: 0, oldestPendingMs: 0 };
    reportReconciled('reconcileCredentials', 'Credentials', nothing);
    reportReconciled('reconcilePurges', 'Purges', nothing);
    reportGhost({ operation: 'heartbeat', decommissionedAt: 0, isRecorded: true });
    for (const code of CANCELLATION_CODES) {
      const { reason, items } = describeCancellation([{ Code: code }], [], 'invalid-devices');
      reportCancellation({ transaction: 'register', reason, items, attempt: 1 });
    }
  } finally {
    jest.restoreAllMocks();
  }
  return lines.flatMap(metricsOf);
}
