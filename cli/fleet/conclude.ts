import type { CommandContext } from '../command.ts';
import type { Ended } from './follow.ts';
import type { DeviceOutcome } from './outcome.ts';
import type { FleetTools, Run } from './ports.ts';
import { outcomesOf } from './results.ts';
import { exitCodeOf, printSummary, type Summary } from './summary.ts';
import { createTally, type Tally, type TallyKeeper } from './tally.ts';
import { writeReport } from './write-report.ts';

async function* counted(
  outcomes: AsyncIterable<DeviceOutcome>,
  tally: TallyKeeper,
): AsyncGenerator<DeviceOutcome> {
  for await (const outcome of outcomes) {
    tally.add(outcome);
    yield outcome;
  }
}

/** Counts the outcomes of a run, and writes its report where a path is given. */
export async function readOutcomes(
  { bucket }: Pick<FleetTools, 'bucket'>,
  run: Run,
  reportPath: string | undefined,
): Promise<Tally> {
  const tally = createTally();
  const outcomes = counted(outcomesOf(bucket, run), tally);
  if (reportPath !== undefined) await writeReport(reportPath, outcomes, run.executionArn);
  else for await (const _ of outcomes);
  return tally.result();
}

/**
 * Writes the report of a run that has ended, says how it has, and resolves to the exit code. Of a run that had not
 * begun with its devices there is nothing to report.
 */
export async function conclude(
  context: Pick<CommandContext, 'values' | 'terminal'>,
  tools: Pick<FleetTools, 'bucket'>,
  { run, mapRun }: Ended,
  { reportPath, ...told }: Pick<Summary, 'lineOf'> & { readonly reportPath: string },
): Promise<number> {
  const summary: Summary =
    mapRun === undefined
      ? { run, tally: createTally().result() }
      : { run, tally: await readOutcomes(tools, run, reportPath), reportPath, ...told };
  printSummary(context, summary);
  return exitCodeOf(summary);
}
