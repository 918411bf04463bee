import type { CommandContext } from '../command.ts';
import type { Stack } from '../stack.ts';
import type { CheckedFile } from './check-file.ts';
import { readOutcomes } from './conclude.ts';
import { follow } from './follow.ts';
import { readPace } from './options.ts';
import type { FleetTools, Run } from './ports.ts';
import { findSlot, type RunRequest, startRun, uploadSource } from './start-run.ts';
import type { Tally } from './tally.ts';

/** What devices would become; nobody waits for one that goes on by itself after Ctrl-C. */
export type DryRun =
  | { readonly run: Run /** None of a run that had not begun. */; readonly tally?: Tally }
  | { readonly detached: Run };

/** Has the machine look each device up, without a report. */
export async function dryRun(
  context: CommandContext,
  tools: FleetTools,
  stack: Stack,
  { source }: CheckedFile,
): Promise<DryRun> {
  const request: RunRequest = {
    operation: 'decommission',
    reason: 'dry run',
    dryRun: true,
    ...readPace(context.values),
  };
  const slot = await findSlot(tools, stack, request, source);
  const key = await uploadSource(tools, source, context);
  const begun = slot.running ?? (await startRun(tools, stack, slot, { ...request, key }));
  const options = { title: 'Looking up', total: source.devices };
  const ended = await follow(tools.runs, begun.executionArn, options, context);
  if (ended === undefined) return { detached: begun };
  const { run, mapRun } = ended;
  return mapRun === undefined ? { run } : { run, tally: await readOutcomes(tools, run, context) };
}
