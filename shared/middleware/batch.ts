import type * as z from 'zod/mini';
import { logger } from '../adapters/telemetry.ts';
import type { DeviceOutcome } from '../domain/fleet.ts';
import { Rejection } from '../errors.ts';
import type { Cancellation, CancellationObserver, Timing } from '../ports.ts';
import { reportTaskFailure, type TaskRequest, type TaskStack, understand } from './task.ts';
import {
  countCancelled,
  countRequests,
  createStack,
  type LambdaFunction,
  logFailure,
  timed,
} from './telemetry.ts';

/** A batch that fails has a hundred lines to write; what became of each device is in the results. */
const MAX_FAILURE_LINES = 3;

/** What the work on a batch tells of while it goes on: a fleet of a million must not write a million lines. */
interface Observers {
  readonly observe: CancellationObserver;
  failed(deviceId: string, error: Error): void;
}

type Counts = Readonly<Record<string, number>>;

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Counts {
  const counts: Record<string, number> = {};
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
}

function createTally(operation: string) {
  const cancellations: Cancellation[] = [];
  const errors: Error[] = [];
  const observers: Observers = {
    observe: (cancellation) => void cancellations.push(cancellation),
    failed(deviceId, error) {
      const faults = errors.filter((one) => !(one instanceof Rejection)).length;
      errors.push(error);
      if (error instanceof Rejection || faults >= MAX_FAILURE_LINES) return;
      logFailure(operation, error, { deviceId });
    },
  };
  return { cancellations, errors, observers };
}

/** As the single device's metrics, by the number of devices: the same alarms and graphs have both. */
function countOutcomes(operation: string, devices: readonly DeviceOutcome[], errors: readonly Error[]): void {
  const failed = devices.filter(({ outcome }) => outcome === 'failed').length;
  const faults = errors.filter((error) => !(error instanceof Rejection)).length;
  countRequests('Accepted', operation, devices.length - failed);
  countRequests('Rejected', operation, failed - faults);
  countRequests('Failed', operation, faults);
}

/**
 * The stack of a task that works on many devices: one line for all of them, a few for what failed, and the metrics of
 * the single device's operation. What it returns is what became of each device.
 */
export function onBatch<Input extends z.ZodMiniType<{ readonly dryRun?: boolean | undefined }>>(
  stack: TaskStack<Input>,
  handle: (
    request: TaskRequest<z.output<Input>>,
    context: Timing & Observers,
  ) => Promise<readonly DeviceOutcome[]>,
): LambdaFunction {
  const { operation } = stack;
  return createStack(
    [reportTaskFailure(stack), understand(stack)],
    async (request: TaskRequest<z.output<Input>>, timing) => {
      const { cancellations, errors, observers } = createTally(operation);
      const cancelled = () => countBy(cancellations, ({ reason }) => reason);
      try {
        const devices = await timed(() => handle(request, { ...timing, ...observers }));
        const dryRun = request.input.dryRun === true;
        const outcomes = countBy(devices, (device) =>
          device.outcome === 'failed' ? device.error : device.outcome,
        );
        const about = { operation, dryRun, devices: devices.length, outcomes, cancellations: cancelled() };
        logger.info('batch', about);
        if (!dryRun) countOutcomes(operation, devices, errors);
        return devices;
      } finally {
        for (const [reason, tries] of Object.entries(cancelled())) countCancelled(reason, tries);
      }
    },
  );
}
