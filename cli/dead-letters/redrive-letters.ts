import type { CommandContext } from '../command.ts';
import { readSelection } from './options.ts';
import type { DeadLetterQueue } from './ports.ts';
import { DEFAULT_RATE, redriveSelected } from './redrive-selected.ts';
import { progressOf, report } from './report.ts';
import type { DeadLetterTools } from './with-dead-letters.ts';

export async function redriveLetters(
  context: CommandContext,
  queue: DeadLetterQueue,
  tools: DeadLetterTools,
): Promise<number> {
  const { values, positionals, terminal, clock, signal } = context;
  const selection = readSelection(values, positionals);
  const done = await redriveSelected(queue, tools, selection, {
    clock,
    signal,
    warn: terminal.error,
    rate: values.number('rate') ?? DEFAULT_RATE,
    dryRun: values.flag('dry-run'),
    onOutcome: progressOf(context),
  });
  return report(context, done);
}
