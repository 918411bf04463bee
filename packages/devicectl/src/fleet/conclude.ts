import type { RunLook } from '@device-lifecycle/operator/fleet/look-at-run.ts';
import type { FleetTools } from '@device-lifecycle/operator/fleet/ports.ts';
import { readOutcomes } from '@device-lifecycle/operator/fleet/read-outcomes.ts';
import { createTally } from '@device-lifecycle/operator/fleet/tally.ts';
import type { CommandContext } from '../command.ts';
import { exitCodeOf, printSummary, type Summary } from './summary.ts';

/**
 * Writes the report of a run that has ended, says how it has, and resolves to the exit code. Of a run that had not
 * begun with its devices there is nothing to report.
 */
export async function conclude(
  context: Pick<CommandContext, 'values' | 'terminal' | 'signal'>,
  tools: Pick<FleetTools, 'bucket'>,
  { run, mapRun }: RunLook,
  { reportPath, ...told }: Pick<Summary, 'lineOf'> & { readonly reportPath: string },
): Promise<number> {
  const { signal } = context;
  const summary: Summary =
    mapRun === undefined
      ? { run, tally: createTally().result() }
      : { run, tally: await readOutcomes(tools, run, { reportPath, signal }), reportPath, ...told };
  printSummary(context, summary);
  return exitCodeOf(summary);
}
