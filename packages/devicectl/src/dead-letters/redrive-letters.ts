import type { DeadLetterQueue } from '@device-lifecycle/operator/dead-letters/ports.ts';
import { DEFAULT_RATE, redriveSelected } from '@device-lifecycle/operator/dead-letters/redrive-selected.ts';
import type { DeadLetterTools } from '@device-lifecycle/operator/dead-letters/with-dead-letters.ts';
import type { CommandContext } from '../command.ts';
import { readSelection } from './options.ts';
import { progressOf, report } from './report.ts';

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
