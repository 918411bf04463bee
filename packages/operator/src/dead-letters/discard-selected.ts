import { type DealOptions, dealWithSelected, type Report } from './deal-with-selected.ts';
import type { DeadLetterQueue, DiscardEntry } from './ports.ts';
import type { HeldLetter, Scan } from './scan.ts';
import type { Selection } from './selection.ts';
import type { DeadLetterTools } from './with-dead-letters.ts';
import { workOff } from './work-off.ts';

/** Each is a call of PutLogEvents, of which a Region takes thousands a second. */
const RATE = 50;

interface DiscardOptions extends DealOptions {
  /** Why they are not needed. */
  readonly reason: string;
  /** A file to write them down in; the log group of the stack without one. */
  readonly to?: string;
  /** Asked before anything is done to the letters that were found; what it throws leaves them in the queue. */
  confirm?(letters: readonly HeldLetter[], scan: Scan): Promise<void>;
}

/**
 * Deletes the letters of a selection, each once it is written down, in the name of the operator.
 * @throws CliError for ids that are not found
 */
export async function discardSelected(
  queue: DeadLetterQueue,
  tools: DeadLetterTools,
  selection: Selection,
  options: DiscardOptions,
): Promise<Report> {
  const stackName = tools.stack.name;
  const { clock, signal, reason, onOutcome } = options;
  const discardedBy = await tools.whoAmI();
  const log = await tools.openDiscardLog(options.to);
  const act = (letter: HeldLetter) =>
    log.append(entryOf(letter, { discardedBy, reason, nowMs: clock.now() }));
  try {
    return await dealWithSelected({ queue, stackName, selection, options }, async (letters, scan) => {
      if (letters.length > 0) await options.confirm?.(letters, scan);
      const how = { clock, signal, rate: RATE, done: 'discarded', act, onOutcome } as const;
      return workOff(letters, { queue, scan, stackName, ...how });
    });
  } finally {
    await log.close();
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
