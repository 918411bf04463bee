import { CliError, EXIT } from '../errors.ts';
import type { ProgressCounts } from '../watcher.ts';
import type { FleetRuns, MapRun, Run } from './ports.ts';

/** How a run stands. */
export interface RunLook {
  readonly run: Run;
  /** None before it has begun with its devices. */
  readonly mapRun?: MapRun;
}

/** @throws CliError when there is no such run */
export async function lookAtRun(runs: FleetRuns, executionArn: string): Promise<RunLook> {
  const run = await describeRun(runs, executionArn);
  const mapRun = await runs.findMapRun(executionArn);
  return { run, ...(mapRun !== undefined && { mapRun }) };
}

/** @throws CliError when there is no such run */
export async function describeRun(runs: FleetRuns, executionArn: string): Promise<Run> {
  const run = await runs.describe(executionArn);
  if (run !== undefined) return run;
  throw new CliError(
    `There is no run ${executionArn}: check it; Step Functions forgets what ended 90 days ago.`,
    { exitCode: EXIT.notFound },
  );
}

export const isRunning = ({ status }: Run): boolean => status === 'RUNNING' || status === 'PENDING_REDRIVE';

/** How far a map run is, in devices. `known`: how many there are, where somebody knows before it does. */
export function countsOf(mapRun: MapRun | undefined, known: number | undefined): ProgressCounts {
  if (mapRun === undefined) return { done: 0, total: known };
  const { succeeded, failed, total } = mapRun.counts;
  return { done: succeeded + failed, failed, total: Math.max(total, known ?? 0) };
}
