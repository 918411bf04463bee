import type { Clock } from '../clock.ts';
import { explain } from '../explain.ts';
import { type Letter, readLetter } from './letter.ts';
import type { DeadLetterQueue, HeldMessage } from './ports.ts';

/** A letter that is in our hands. */
export interface HeldLetter {
  readonly message: HeldMessage;
  readonly letter: Letter;
}

/** What was in the queue. */
export interface Scan {
  /** The oldest first. */
  readonly letters: readonly HeldLetter[];
  /** Whether the queue had no more to give. */
  readonly sawAll: boolean;
  /** Tells that a message is not ours any more: deleted, or in somebody else's hands. */
  letGo(message: HeldMessage): void;
  /** Keeps these for so long, and gives all others back now. */
  keepOnly(letters: readonly HeldLetter[], seconds: number): Promise<void>;
}

export interface ScanOptions {
  readonly stackName: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Ends the scan early, once these are found. */
  readonly ids?: readonly string[];
  warn(sentence: string): void;
}

/** Longer than a scan takes, so that it meets no message twice; others miss them no longer, whatever happens to us. */
const HIDDEN_SECONDS = 60;
const MAX_SCAN_MS = 25_000;

/** What is held in memory. */
const MAX_MESSAGES = 10_000;
const MAX_CHARACTERS = 200_000_000;

/**
 * Takes what the queue has into our hands, has it used, and gives back whatever `use` has not dealt with: SQS has no
 * way to read without hiding what is read.
 */
export async function withLetters<T>(
  queue: DeadLetterQueue,
  options: ScanOptions,
  use: (scan: Scan) => Promise<T>,
): Promise<T> {
  const held = new Map<string, HeldMessage>();
  try {
    const sawAll = await fill(held, queue, options);
    return await use({
      letters: [...held.values()]
        .sort((one, other) => one.sentAtMs - other.sentAtMs)
        .map((message) => ({ message, letter: readLetter(message.body, options.stackName) })),
      sawAll,
      letGo: ({ messageId }) => held.delete(messageId),
      async keepOnly(letters, seconds) {
        const kept = new Set(letters.map(({ message }) => message.messageId));
        const others = [...held.values()].filter(({ messageId }) => !kept.has(messageId));
        await queue.hideAll(others, 0);
        for (const { messageId } of others) held.delete(messageId);
        await queue.hideAll([...held.values()], seconds);
      },
    });
  } finally {
    await giveBack(queue, [...held.values()], options);
  }
}

/** Resolves to whether the queue had no more. */
async function fill(
  held: Map<string, HeldMessage>,
  queue: DeadLetterQueue,
  { clock, signal, ids }: ScanOptions,
): Promise<boolean> {
  const endsAt = clock.now() + MAX_SCAN_MS;
  const isFound = () => ids?.every((id) => held.has(id)) === true;
  let characters = 0;
  while (!signal.aborted && !isFound()) {
    if (clock.now() > endsAt || held.size >= MAX_MESSAGES || characters > MAX_CHARACTERS) return false;
    const messages = await queue.receive(HIDDEN_SECONDS);
    if (messages.length === 0) return true;
    // SQS may hand out a message twice; the newer receipt handle is the good one.
    for (const message of messages) {
      characters += message.body.length;
      held.set(message.messageId, message);
    }
  }
  return false;
}

/** What cannot be given back shows up by itself, so that this fails nothing. */
async function giveBack(
  queue: DeadLetterQueue,
  messages: readonly HeldMessage[],
  { warn }: ScanOptions,
): Promise<void> {
  try {
    await queue.hideAll(messages, 0);
  } catch (error) {
    warn(`${messages.length} dead letters stay hidden from others for a while: ${explain(error)}`);
  }
}
