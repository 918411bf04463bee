import type { CommandContext } from '../command.ts';
import { CliError, UsageError } from '../errors.ts';
import { placeOf } from '../stack.ts';
import type { DeadLetterQueue, DiscardEntry } from './ports.ts';
import { assertFound, progressOf, report } from './report.ts';
import { type HeldLetter, type Scan, withLetters } from './scan.ts';
import { readSelection, select } from './selection.ts';
import type { DeadLetterTools } from './with-dead-letters.ts';
import { workOff } from './work-off.ts';

/** Each is a call of PutLogEvents, of which a Region takes thousands a second. */
const RATE = 50;

/** While somebody thinks; a thousand calls, for the most letters that are held, take less than what is between. */
const HIDDEN_SECONDS = 300;
const HIDE_AGAIN_MS = 120_000;

export async function discardLetters(
  context: CommandContext,
  queue: DeadLetterQueue,
  tools: DeadLetterTools,
): Promise<number> {
  const { values, positionals, terminal, clock, signal } = context;
  const stackName = tools.stack.name;
  const reason = values.text('reason');
  if (reason === undefined) throw new UsageError('Say with --reason why they are not needed.');
  const selection = readSelection(values, positionals);
  const mustAsk = selection.ids.length === 0 && !values.flag('yes');
  if (mustAsk && !terminal.isInteractive) {
    throw new UsageError('Nobody can be asked whether --all is meant: add --yes.');
  }
  const discardedBy = await tools.whoAmI();
  const log = await tools.openDiscardLog(values.text('to'));
  const ids = selection.ids.length > 0 ? { ids: selection.ids } : {};
  try {
    return await withLetters(
      queue,
      { stackName, clock, signal, warn: terminal.error, ...ids },
      async (scan) => {
        const letters = select(scan.letters, selection, stackName);
        assertFound(selection.ids, letters, scan.sawAll);
        if (mustAsk && letters.length > 0) await ask(context, scan, letters, await placeOf(tools.stack));
        const outcomes = await workOff(letters, {
          queue,
          scan,
          stackName,
          clock,
          signal,
          rate: RATE,
          done: 'discarded',
          act: (letter) => log.append(entryOf(letter, { discardedBy, reason, nowMs: clock.now() })),
          progress: progressOf(context, letters.length),
        });
        const sawAll = scan.sawAll || selection.ids.length > 0;
        return report(context, { outcomes, sawAll, inHand: scan.letters.length });
      },
    );
  } finally {
    await log.close();
  }
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

interface Discarding extends Pick<DiscardEntry, 'discardedBy' | 'reason'> {
  readonly nowMs: number;
}

function entryOf({ letter, message }: HeldLetter, { discardedBy, reason, nowMs }: Discarding): DiscardEntry {
  return {
    discardedAt: new Date(nowMs).toISOString(),
    discardedBy,
    reason,
    messageId: message.messageId,
    sentAt: new Date(message.sentAtMs).toISOString(),
    error: letter.error,
    body: message.body,
  };
}
