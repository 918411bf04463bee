import { UsageError } from '../errors.ts';
import { type CheckedFile, withCheckedLines } from './check-file.ts';
import { FAILED, NOT_RUN } from './outcome.ts';
import type { FleetRuns, MapRunChange } from './ports.ts';
import type { ReportRow } from './read-report.ts';
import { type ReportedDevices, selectDevices } from './reported-devices.ts';
import type { RunRequest } from './start-run.ts';

/** What of a report can be run again. */
export interface Retry extends Pick<ReportedDevices, 'execution'> {
  /** Without devices and problems, there is nothing to retry. */
  readonly file: CheckedFile;
}

const canBeRetried = ({ outcome, isRetryable }: ReportRow): boolean =>
  outcome === NOT_RUN || (outcome === FAILED && isRetryable);

/** Takes what of a report has failed and can succeed, and what was not run. `name`: how messages call the report. */
export function withRetry<T>(
  name: string,
  rows: AsyncIterable<ReportRow>,
  signal: AbortSignal,
  use: (retry: Retry) => Promise<T>,
): Promise<T> {
  const selected = selectDevices(rows, canBeRetried);
  return withCheckedLines(name, selected.lines(), signal, (file) =>
    use({ file, execution: selected.execution }),
  );
}

/**
 * What the run was asked for, whose report it is.
 * @param change what is to be otherwise
 * @throws UsageError when nobody knows the run
 */
export async function retryRequest(
  runs: Pick<FleetRuns, 'describe'>,
  executionArn: string | undefined,
  change: Pick<RunRequest, 'reason'> & MapRunChange,
): Promise<RunRequest> {
  const run = executionArn === undefined ? undefined : await runs.describe(executionArn);
  if (run === undefined || executionArn === undefined) {
    const which =
      executionArn === undefined ? 'which run the report is of' : `the run ${executionArn} any more`;
    throw new UsageError(
      `Nobody knows ${which}: check --stage, --region and --profile, or give the report's devices to "fleet decommission" or "fleet restore".`,
    );
  }
  const { source: _, requestedBy: __, ...asked } = run.input;
  return {
    // A batch that was under way when its run ended may be done: the same request then says so, and not that the
    // device was out of service before, so that the report of the retry can bring it back.
    requestId: run.name,
    ...(asked as Omit<RunRequest, 'operation'>),
    operation: /:\S*-restore-fleet:/.test(executionArn) ? 'restore' : 'decommission',
    ...change,
  };
}
