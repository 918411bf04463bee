import type { Stack } from '../stack.ts';
import type { Watcher } from '../watcher.ts';
import { beginRun } from './begin-run.ts';
import { follow } from './follow.ts';
import { type Forecast, forecast } from './forecast.ts';
import type { FleetTools, MapRunChange, Run } from './ports.ts';
import { DEFAULT_QUOTAS } from './quotas.ts';
import { readOutcomes } from './read-outcomes.ts';
import type { Source } from './source.ts';
import { type Operation, type RunRequest, UPLOADING } from './start-run.ts';
import type { Tally } from './tally.ts';
import type { PaceOptions } from './time.ts';

/** The titles of the progress of a plan, in their order. */
export const PLAN_PHASES = { upload: UPLOADING, lookUp: 'Looking up' } as const;

/** What to plan. */
export interface Planned {
  readonly source: Source;
  /** Decommissioning, where none is named. */
  readonly operation?: Operation;
  readonly pace?: PaceOptions & MapRunChange;
}

/** What devices would become; nobody waits for a dry run that goes on by itself after Ctrl-C. */
export type RunPlan =
  | {
      readonly run: Run;
      /** None of a dry run that had not begun. */
      readonly tally?: Tally;
      readonly forecast: Forecast;
    }
  | { readonly detached: Run };

/**
 * Uploads the devices, has the machine look each of them up, and forecasts what the run costs and takes. Changes
 * nothing.
 * @throws Interrupted, CliError
 */
export async function planRun(
  tools: FleetTools,
  stack: Stack,
  { source, operation = 'decommission', pace = {} }: Planned,
  watcher: Watcher,
): Promise<RunPlan> {
  const { credentialsCallsPerSecond: _, ...change } = pace;
  const request: RunRequest = { operation, reason: 'dry run', dryRun: true, ...change };
  const { run: begun } = await beginRun(tools, stack, { request, source }, watcher);
  const options = { title: PLAN_PHASES.lookUp, total: source.devices };
  const ended = await follow(tools.runs, begun.executionArn, options, watcher);
  if (ended === undefined) return { detached: begun };
  const { run, mapRun } = ended;
  const tally = mapRun === undefined ? undefined : await readOutcomes(tools, run, watcher);
  const looked = tally !== undefined && { tally };
  const about = { devices: source.devices, operation, ...looked };
  return { run, ...looked, forecast: forecast(about, await tools.readQuotas(), pace) };
}

/** What a run over so many devices costs and takes, as far as it can be told without AWS. */
export function planOffline(source: Pick<Source, 'devices'>, pace: PaceOptions): Forecast {
  const notice =
    "The quotas are AWS's defaults, one certificate a device is assumed, and no device was looked up.";
  return forecast(source, { quotas: DEFAULT_QUOTAS, read: [], notice }, pace);
}
