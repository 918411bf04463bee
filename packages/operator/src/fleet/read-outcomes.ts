import { Interrupted } from '../errors.ts';
import type { DeviceOutcome } from './outcome.ts';
import type { FleetTools, Run } from './ports.ts';
import { outcomesOf } from './results.ts';
import { createTally, type Tally, type TallyKeeper } from './tally.ts';
import { writeReport } from './write-report.ts';

async function* counted(
  outcomes: AsyncIterable<DeviceOutcome>,
  tally: TallyKeeper,
  signal: AbortSignal,
): AsyncGenerator<DeviceOutcome> {
  for await (const outcome of outcomes) {
    if (signal.aborted) {
      throw new Interrupted(
        'the run has ended, but its results were not read: "fleet watch" reads them again',
      );
    }
    tally.add(outcome);
    yield outcome;
  }
}

interface ReadOptions {
  /** Of the report, where one is to be written. */
  readonly reportPath?: string;
  readonly signal: AbortSignal;
}

/** Counts the outcomes of a run, and writes its report where a path is given. @throws Interrupted */
export async function readOutcomes(
  { bucket }: Pick<FleetTools, 'bucket'>,
  run: Run,
  { reportPath, signal }: ReadOptions,
): Promise<Tally> {
  const tally = createTally();
  const outcomes = counted(outcomesOf(bucket, run), tally, signal);
  if (reportPath !== undefined) await writeReport(reportPath, outcomes, run.executionArn);
  else for await (const _ of outcomes);
  return tally.result();
}
