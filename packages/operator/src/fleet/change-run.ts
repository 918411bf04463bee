import { CliError } from '../errors.ts';
import type { Stack } from '../stack.ts';
import { isRunning } from './look-at-run.ts';
import type { FleetTools, MapRun, MapRunChange, Run } from './ports.ts';

type Runs = Pick<FleetTools, 'runs'>;

/** Stops a run in the name of the operator. Resolves to `false` where it had ended before. */
export async function stopRun({ runs }: Runs, stack: Pick<Stack, 'identity'>, run: Run): Promise<boolean> {
  if (!isRunning(run)) return false;
  const { arn } = await stack.identity();
  await runs.stop(run.executionArn, `Stopped with devicectl by ${arn}`);
  return true;
}

/**
 * Changes how fast a run goes, and what it puts up with. Resolves to how it goes from now on.
 * @throws CliError when it is not at its devices
 */
export async function adjustRun(
  { runs }: Runs,
  { name, executionArn }: Pick<Run, 'name' | 'executionArn'>,
  change: MapRunChange,
): Promise<Pick<MapRun, 'maxConcurrency' | 'toleratedFailurePercentage'>> {
  const mapRun = await runs.findMapRun(executionArn);
  if (mapRun?.isRunning !== true) {
    const why = mapRun === undefined ? 'has not begun with its devices yet: try again' : 'has ended';
    throw new CliError(`The run ${name} ${why}.`);
  }
  await runs.change(mapRun.mapRunArn, change);
  const { maxConcurrency, toleratedFailurePercentage } = { ...mapRun, ...change };
  return { maxConcurrency, toleratedFailurePercentage };
}

/** Goes on with a run that has failed or was stopped. @throws CliError where that makes no sense */
export async function redriveRun({ runs }: Runs, run: Run): Promise<void> {
  if (isRunning(run)) throw new CliError(`The run ${run.name} has not ended: watch it, or stop it first.`);
  if (run.status === 'SUCCEEDED') {
    throw new CliError(
      `The run ${run.name} has gone through: what has failed of it is for "fleet retry" with its report.`,
    );
  }
  if (run.notRedrivable !== undefined) {
    throw new CliError(`The run ${run.name} cannot be redriven: ${run.notRedrivable}.`);
  }
  await runs.redrive(run.executionArn);
}
