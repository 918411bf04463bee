import type { Timing } from '../ports.ts';
import {
  correlate,
  createStack,
  type LambdaFunction,
  reportDeferred,
  reportFailure,
  reportReconciled,
  reportSettled,
  timed,
} from './telemetry.ts';

/** What a run came to, of one kind of work. */
export interface ReconciledCounts {
  readonly settled: number;
  readonly deferred: number;
  readonly failed: number;
  readonly oldestPendingMs: number;
}

/** What became of a device's certificates. */
interface SettledDevice {
  readonly credentials: string;
  readonly certificateIds: readonly string[];
  readonly sharedCertificateIds: readonly string[];
}

/** What was removed of a device. */
interface PurgedDevice {
  readonly certificateIds: readonly string[];
  readonly keptCertificateIds: readonly string[];
}

/** Hears of each device on the way. */
interface Observe {
  readonly credentials: {
    settled(deviceId: string, device: SettledDevice): void;
    failed(deviceId: string, error: Error): void;
  };
  readonly purges: {
    purged(deviceId: string, device: PurgedDevice): void;
    deferred(deviceId: string, error: Error): void;
    failed(deviceId: string, error: Error): void;
  };
}

/** What the two kinds of work are called in logs and metrics. */
export const RECONCILED = { credentials: 'reconcileCredentials', purges: 'reconcilePurges' } as const;

const observe: Observe = {
  credentials: {
    settled(deviceId, { credentials: outcome, certificateIds, sharedCertificateIds }) {
      reportSettled(RECONCILED.credentials, { deviceId, outcome, certificateIds, sharedCertificateIds });
    },
    failed(deviceId, error) {
      reportFailure(RECONCILED.credentials, error, { deviceId });
    },
  },
  purges: {
    purged(deviceId, { certificateIds, keptCertificateIds: sharedCertificateIds }) {
      reportSettled(RECONCILED.purges, {
        deviceId,
        outcome: 'removed',
        certificateIds,
        sharedCertificateIds,
      });
    },
    deferred(deviceId, error) {
      reportDeferred(RECONCILED.purges, error, { deviceId });
    },
    failed(deviceId, error) {
      reportFailure(RECONCILED.purges, error, { deviceId });
    },
  },
};

type Handle = (
  timing: Timing,
  observe: Observe,
) => Promise<{ readonly credentials: ReconciledCounts; readonly purges: ReconciledCounts }>;

/** The stack of a function that a schedule invokes: a line for each device, and for each kind of work a line and metrics. */
export function onSchedule(handle: Handle): LambdaFunction {
  return createStack([], async (_event: unknown, timing) => {
    correlate({ operation: RECONCILED.credentials });
    try {
      const result = await timed(() => handle(timing, observe));
      reportReconciled(RECONCILED.credentials, 'Credentials', result.credentials);
      reportReconciled(RECONCILED.purges, 'Purges', result.purges);
      return result;
    } catch (error) {
      reportFailure(RECONCILED.credentials, error as Error);
      throw error;
    }
  });
}
