import type { Timing } from '../ports.ts';
import {
  correlate,
  createStack,
  type LambdaFunction,
  reportFailure,
  reportReconciled,
  reportSettled,
  timed,
} from './telemetry.ts';

/** What a scheduled run came to. */
export interface ReconciledCounts {
  readonly settled: number;
  readonly deferred: number;
  readonly failed: number;
  readonly oldestPendingMs: number;
}

/** What became of a device. */
interface SettledDevice {
  readonly credentials: string;
  readonly certificateIds: readonly string[];
  readonly sharedCertificateIds: readonly string[];
}

/** Hears of each device on the way. */
interface Observe {
  settled(deviceId: string, device: SettledDevice): void;
  failed(deviceId: string, error: Error): void;
}

type Handle = (timing: Timing, observe: Observe) => Promise<ReconciledCounts>;

/** The stack of a function that a schedule invokes: a line for each device, one line and the metrics for the run. */
export function onSchedule({ operation }: { readonly operation: string }, handle: Handle): LambdaFunction {
  return createStack([], async (_event: unknown, timing) => {
    correlate({ operation });
    const observe: Observe = {
      settled(deviceId, { credentials: outcome, certificateIds, sharedCertificateIds }) {
        reportSettled(operation, { deviceId, outcome, certificateIds, sharedCertificateIds });
      },
      failed(deviceId, error) {
        reportFailure(operation, error, { deviceId });
      },
    };
    try {
      const counts = await timed(() => handle(timing, observe));
      reportReconciled(operation, counts);
      return counts;
    } catch (error) {
      reportFailure(operation, error as Error);
      throw error;
    }
  });
}
