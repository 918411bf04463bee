import { newestExecutions } from '@device-lifecycle/operator/executions/newest.ts';
import type { ExecutionState } from '@device-lifecycle/operator/executions/ports.ts';
import { createExecutionReader } from '@device-lifecycle/operator/executions/reader.ts';
import { lookAtRun } from '@device-lifecycle/operator/fleet/look-at-run.ts';
import type { FleetRuns } from '@device-lifecycle/operator/fleet/ports.ts';
import type { FleetRunList, FleetRunSummary } from '../../contract/fleets.ts';
import { Bounded } from '../bounded.ts';
import type { ConsoleTools } from '../tools.ts';
import { type FleetConnection, KINDS, MACHINES } from './connection.ts';
import { summaryOf } from './describe-run.ts';
import type { Results } from './results.ts';

/** What is remembered of runs that have ended: a list says neither why they were started nor how many devices they had. */
const REMEMBERED = 1_000;
/** Calls of Step Functions' that are under way at a time. */
const AT_A_TIME = 5;

/** Lists runs, the newest first. Errors are those of the SDK. */
export function createRunList(
  { stack, clients }: Pick<ConsoleTools, 'stack' | 'clients'>,
  connection: FleetConnection,
  results: Pick<Results, 'failedOf'>,
): (limit: number) => Promise<FleetRunList> {
  const reader = createExecutionReader(clients.states, stack);
  const ended = new Bounded<string, FleetRunSummary>(REMEMBERED);
  const summarise = async (runs: FleetRuns, execution: ExecutionState): Promise<FleetRunSummary> => {
    const { executionArn, stoppedAt } = execution;
    // A redrive ends at another time.
    const key = `${executionArn} ${stoppedAt}`;
    const known = ended.get(key);
    if (known !== undefined) return known;
    const look = await lookAtRun(runs, executionArn);
    const summary = summaryOf(await connection.kindOf(executionArn), look);
    if (stoppedAt !== undefined && look.mapRun?.isRunning !== true) ended.set(key, summary);
    return summary;
  };
  return async (limit) => {
    const machine = KINDS.map((kind) => MACHINES[kind]);
    const { executions, hasMore } = await newestExecutions(reader, { machine, limit });
    const { runs } = await connection.open();
    const summaries: FleetRunSummary[] = [];
    for (let at = 0; at < executions.length; at += AT_A_TIME) {
      const some = executions.slice(at, at + AT_A_TIME);
      summaries.push(...(await Promise.all(some.map((execution) => summarise(runs, execution)))));
    }
    return { runs: summaries.map((run) => withFailed(run, results)), hasMore };
  };
}

/** With how many devices have failed, where somebody has had the results read: a list reads none. */
function withFailed(run: FleetRunSummary, { failedOf }: Pick<Results, 'failedOf'>): FleetRunSummary {
  const { executionArn, endedAt } = run;
  if (endedAt === undefined) return run;
  const failedDevices = failedOf({ executionArn, endedAtMs: endedAt });
  return failedDevices === undefined ? run : { ...run, failedDevices };
}
