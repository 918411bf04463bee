import type { Watcher } from '../watcher.ts';
import { type CheckedFile, withCheckedLines } from './check-file.ts';
import { IdSet } from './id-set.ts';
import type { ReportRow } from './read-report.ts';
import { selectDevices } from './reported-devices.ts';

const EXAMPLES = 3;

/** Devices whose retention is over by the report. */
export interface Expired {
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly string[];
}

/** What of a report can come back. */
interface Restorable {
  /** Without devices and problems, there is nothing to restore. */
  readonly file: CheckedFile;
  readonly expired: Expired;
}

/**
 * Takes what a run, and its retries, have decommissioned and whose retention is not over.
 * @param name how messages call the report
 */
export function withRestorable<T>(
  name: string,
  rows: AsyncIterable<ReportRow>,
  { clock, signal }: Pick<Watcher, 'clock' | 'signal'>,
  use: (restorable: Restorable) => Promise<T>,
): Promise<T> {
  const expired = { count: 0, examples: [] as string[] };
  const seen = new IdSet();
  const canComeBack = ({ deviceId, outcome, ttl }: ReportRow): boolean => {
    if (outcome !== 'decommissioned') return false;
    if (ttl === undefined || ttl * 1_000 > clock.now()) return true;
    expired.count += 1;
    if (expired.examples.length < EXAMPLES) expired.examples.push(deviceId);
    return false;
  };
  // A retry may say of a device what the report before has said.
  const isNew = ({ deviceId }: ReportRow) => seen.add(deviceId) === undefined;
  const selected = selectDevices(rows, (row) => canComeBack(row) && isNew(row));
  return withCheckedLines(name, selected.lines(), signal, (file) => use({ file, expired }));
}
