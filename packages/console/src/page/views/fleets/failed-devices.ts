import type { FleetCounts, FleetTally } from '../../../contract/fleets.ts';

const countOf = ({ outcomes }: FleetTally, outcome: string): number => outcomes[outcome] ?? 0;

export const failedIn = (tally: FleetTally): number => countOf(tally, 'failed');

/** Those that have failed or were not run. */
export const undoneIn = (tally: FleetTally): number => failedIn(tally) + countOf(tally, 'notRun');

/** Whether a retry finds a device that it may run again; also where not every kind of failure is told apart. */
export function canRetry(tally: FleetTally): boolean {
  const hopeless = tally.failures
    .filter(({ retryable }) => !retryable)
    .reduce((sum, { count }) => sum + count, 0);
  return undoneIn(tally) > hopeless;
}

export const canRestore = (tally: FleetTally): boolean => countOf(tally, 'decommissioned') > 0;

/** What the bar of a run shows: where devices have failed that their batches have not, these. */
export const withFailedDevices = (counts: FleetCounts, failedDevices: number | undefined): FleetCounts => ({
  ...counts,
  failed: Math.max(counts.failed, Math.min(counts.done, failedDevices ?? 0)),
});
