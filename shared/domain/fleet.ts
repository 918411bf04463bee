import { InvalidInput, LifecycleError, MAX_DEVICE_ID_LENGTH } from '../errors.ts';
import { DEVICE_ID_PATTERN } from './identifiers.ts';

/** What became of a device of a batch: one line of a fleet's results. Times are epoch seconds. */
export type DeviceOutcome =
  | {
      readonly deviceId: string;
      readonly outcome: 'decommissioned' | 'alreadyDecommissioned' | 'restored' | 'alreadyActive';
      readonly ttl?: number;
    }
  | {
      readonly deviceId: string;
      readonly outcome: 'wouldDecommission' | 'alreadyDecommissioned' | 'wouldRestore' | 'alreadyActive';
      /** How many would be turned off, or on again. */
      readonly certificates: number;
    }
  | FailedOutcome;

export interface FailedOutcome {
  readonly deviceId: string;
  readonly outcome: 'failed';
  /** The error's name: one of ours, or another's. */
  readonly error: string;
  readonly message: string;
  /** Whether the same may succeed when it is simply tried again. */
  readonly retryable: boolean;
}

/** A row of a fleet's file; `problem` where it names no device. */
export interface FleetRow {
  /** As it came where it is none, cut to the length of one. */
  readonly deviceId: string;
  readonly problem?: InvalidInput;
}

const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';

function problemOf(deviceId: unknown): string {
  if (deviceId === undefined || deviceId === '') return 'is missing';
  if (typeof deviceId !== 'string') return 'must be text in quotation marks';
  return 'must be 1 to 128 of the characters A-Z a-z 0-9 : _ -';
}

/** Reads one row, whatever it holds; members other than `deviceId` are not looked at. */
export function readRow(row: unknown): FleetRow {
  const { deviceId } = Object(row) as { readonly deviceId?: unknown };
  if (typeof deviceId === 'string' && DEVICE_ID_PATTERN.test(deviceId)) return { deviceId };
  return {
    deviceId: textOf(deviceId).slice(0, MAX_DEVICE_ID_LENGTH).toWellFormed(),
    problem: new InvalidInput(`deviceId: ${problemOf(deviceId)}. Mend this line of the file.`),
  };
}

/** What is told of a device that failed; whatever else an error carries is for the log. */
export const toFailedOutcome = (deviceId: string, error: Error): FailedOutcome => ({
  deviceId,
  outcome: 'failed',
  error: error.name,
  message: error.message,
  retryable: error instanceof LifecycleError && error.retryable,
});
