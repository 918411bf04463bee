import { discardSelected } from '@device-lifecycle/operator/dead-letters/discard-selected.ts';
import type { DeadLetterQueue } from '@device-lifecycle/operator/dead-letters/ports.ts';
import type { HeldLetter, Scan } from '@device-lifecycle/operator/dead-letters/scan.ts';
import type { DeadLetterTools } from '@device-lifecycle/operator/dead-letters/with-dead-letters.ts';
import { CliError, UsageError } from '@device-lifecycle/operator/errors.ts';
import { placeOf } from '@device-lifecycle/operator/stack.ts';
import type { CommandContext } from '../command.ts';
import { readSelection } from './options.ts';
import { progressOf, report } from './report.ts';

/** While somebody thinks; a thousand calls, for the most letters that are held, take less than what is between. */
const HIDDEN_SECONDS = 300;
const HIDE_AGAIN_MS = 120_000;

export async function discardLetters(
  context: CommandContext,
  queue: DeadLetterQueue,
  tools: DeadLetterTools,
): Promise<number> {
  const { values, positionals, terminal, clock, signal } = context;
  const reason = values.text('reason');
  if (reason === undefined) throw new UsageError('Say with --reason why they are not needed.');
  const selection = readSelection(values, positionals);
  const mustAsk = selection.ids.length === 0 && !values.flag('yes');
  if (mustAsk && !terminal.isInteractive) {
    throw new UsageError('Nobody can be asked whether --all is meant: add --yes.');
  }
  const to = values.text('to');
  const done = await discardSelected(queue, tools, selection, {
    clock,
    signal,
    warn: terminal.error,
    reason,
    ...(to !== undefined && { to }),
    ...(mustAsk && {
      confirm: async (letters, scan) => ask(context, scan, letters, await placeOf(tools.stack)),
    }),
    onOutcome: progressOf(context),
  });
  return report(context, done);
}

/** Keeps the letters in our hands until it is answered. */
async function ask(
  { terminal, clock, signal }: CommandContext,
  scan: Scan,
  letters: readonly HeldLetter[],
  where: string,
): Promise<void> {
  await scan.keepOnly(letters, HIDDEN_SECONDS);
  const over = new AbortController();
  const count = letters.length === 1 ? '1 dead letter' : `${letters.length} dead letters`;
  const question = `Discard ${count} of ${where}?`;
  const answer = terminal.confirm(question, AbortSignal.any([signal, over.signal]));
  try {
    for (;;) {
      const isMeant = await Promise.race([answer, clock.sleep(HIDE_AGAIN_MS, over.signal)]);
      if (isMeant === true) return;
      if (isMeant === false) throw new CliError('Nothing was discarded.');
      await scan.keepOnly(letters, HIDDEN_SECONDS);
    }
  } finally {
    over.abort();
  }
}
