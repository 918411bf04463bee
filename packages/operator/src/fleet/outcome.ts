/** What became of a device. A contract: see docs/messages.md and docs/operations.md. */
export interface DeviceOutcome {
  readonly deviceId: string;
  /** `decommissioned`, `failed`, `notRun` … */
  readonly outcome: string;
  /** Its name, and what it says, of a failure. */
  readonly error?: string;
  readonly message?: string;
  /** Whether the same may succeed later. */
  readonly retryable?: boolean;
  /** Epoch seconds. */
  readonly ttl?: number;
  /** Of a dry run: those that would be turned off, or on. */
  readonly certificates?: number;
}

/** Of a device of the source without a result. */
export const NOT_RUN = 'notRun';
export const FAILED = 'failed';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** Reads what a function has answered for a device; nothing for what is none. */
export function outcomeOf(value: unknown): DeviceOutcome | undefined {
  const read: Readonly<Record<string, unknown>> = Object(value);
  const [deviceId, outcome] = [text(read['deviceId']), text(read['outcome'])];
  if (deviceId === undefined || outcome === undefined) return undefined;
  const [error, message] = [text(read['error']), text(read['message'])];
  const [ttl, certificates] = [number(read['ttl']), number(read['certificates'])];
  return {
    deviceId,
    outcome,
    ...(error !== undefined && { error }),
    ...(message !== undefined && { message }),
    ...(typeof read['retryable'] === 'boolean' && { retryable: read['retryable'] }),
    ...(ttl !== undefined && { ttl }),
    ...(certificates !== undefined && { certificates }),
  };
}
