import type { StaleDevice } from '../domain/stale.ts';
import type { DeviceStore, StaleFiles, StaleScan, Timing } from '../ports.ts';

export interface ScanStaleDevicesInput extends StaleScan {
  /** Where what is found is written. */
  readonly key: string;
}

export interface ScanStaleDevicesResult {
  readonly segment: number;
  /** How many were found by this call. */
  readonly devices: number;
  /** The key of what was written; absent when nothing was found. */
  readonly part?: string;
  /** Where the next call goes on; absent when the segment has been looked through. */
  readonly cursor?: string;
}

type Dependencies = Timing & {
  readonly store: Pick<DeviceStore, 'scanStaleDevices'>;
  readonly files: Pick<StaleFiles, 'write'>;
};

/** For one more page, and for writing down what was found. */
const RESERVE_MS = 10_000;
/** As many as are held in memory, some megabytes. */
const MAX_DEVICES = 50_000;

/**
 * Looks through one segment of the table, page by page, for as long as there is time, and writes down what it finds. A
 * call that is repeated writes over what the one before has written.
 * @throws Throttled, ServiceUnavailable
 */
export async function scanStaleDevices(
  { key, ...scan }: ScanStaleDevicesInput,
  { store, files, ...timing }: Dependencies,
): Promise<ScanStaleDevicesResult> {
  const found: StaleDevice[] = [];
  let { cursor } = scan;
  do {
    const page = await store.scanStaleDevices({ ...scan, cursor }, timing);
    found.push(...page.devices);
    cursor = page.cursor;
  } while (
    cursor !== undefined &&
    found.length < MAX_DEVICES &&
    timing.clock() + RESERVE_MS < timing.deadlineEpochMs
  );
  if (found.length > 0) await files.write(key, found);
  return {
    segment: scan.segment,
    devices: found.length,
    ...(found.length > 0 && { part: key }),
    ...(cursor !== undefined && { cursor }),
  };
}
