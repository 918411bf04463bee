import type { Timing } from '../ports.ts';
import { correlate, createStack, type LambdaFunction, reportFailure, reportReconciled } from './telemetry.ts';

/** What a scheduled run came to. */
export interface ReconciledCounts {
  readonly settled: number;
  readonly deferred: number;
  readonly failed: number;
  readonly oldestPendingMs: number;
}

/** Hears of each device on the way. */
interface Observe {
  settled(deviceId: string): void;
  failed(deviceId: string, error: Error): void;
}

type Handle = (timing: Timing, observe: Observe) => Promise<ReconciledCounts>;

/** The stack of a function that a schedule invokes: one line and the metrics for the run, one line for each failure. */
export function onSchedule({ operation }: { readonly operation: string }, handle: Handle): LambdaFunction {
  return createStack([], async (_event: unknown, timing) => {
    correlate({ operation });
    const observe: Observe = {
      settled: () => undefined,
      failed(deviceId, error) {
        reportFailure(operation, error, { deviceId });
      },
    };
    const counts = await handle(timing, observe);
    reportReconciled(operation, counts);
    return counts;
  });
}
