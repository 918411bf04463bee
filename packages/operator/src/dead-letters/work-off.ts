import type { Clock } from '../clock.ts';
import { RefusedLetter } from '../errors.ts';
import { explain, isHopeless } from '../explain.ts';
import type { DeadLetterQueue } from './ports.ts';
import type { HeldLetter, Scan } from './scan.ts';
import { targetOf } from './target.ts';

/** What became of a letter. A contract: see docs/operations.md. */
export interface Outcome {
  readonly messageId: string;
  readonly outcome:
    | 'sent'
    | 'discarded'
    /** What a dry run would do. */
    | 'wouldBeSent'
    /** In the queue as before; `detail` says why. */
    | 'kept'
    /** Somebody else has it in hand, or is done with it. */
    | 'skipped'
    /** Done, but in the queue still. */
    | 'notDeleted';
  readonly functionName?: string;
  readonly deviceId?: string;
  readonly detail?: string;
}

interface WorkOffOptions {
  readonly queue: DeadLetterQueue;
  readonly scan: Pick<Scan, 'letGo' | 'keepOnly'>;
  readonly stackName: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Letters a second. */
  readonly rate: number;
  /** What is done to a letter before it is deleted. Whatever it throws keeps the letter in the queue. */
  act(letter: HeldLetter): Promise<void>;
  /** What it is then. */
  readonly done: 'sent' | 'discarded';
  /** Hears of each letter as it is dealt with. */
  onOutcome(outcome: Outcome, done: number, total: number): void;
}

/** A function may take a minute for what is waited for. */
const CLAIM_SECONDS = 180;
const MAX_HIDDEN_SECONDS = 40_000; // SQS lets a message be hidden for 12 hours in all

/** So many in a row say that the cause is not mended. */
const MAX_FAILURES_IN_A_ROW = 5;

/**
 * Deals with letters one after the other: makes sure that it is still ours, acts, and deletes it only then. Killed in
 * between, it leaves the letter in the queue, to be sent a second time; what it is sent to has one effect all the same.
 */
export async function workOff(
  letters: readonly HeldLetter[],
  options: WorkOffOptions,
): Promise<readonly Outcome[]> {
  const { scan, rate, clock, signal, onOutcome } = options;
  await scan.keepOnly(letters, hiddenSeconds(letters.length, rate));
  const outcomes: Outcome[] = [];
  let failures = 0;
  let stop: string | undefined;
  for (const [index, letter] of letters.entries()) {
    if (signal.aborted) stop = 'Not tried: interrupted';
    const startedAt = clock.now();
    const { error, ...outcome } = stop === undefined ? await dealWith(letter, options) : kept(stop);
    const dealt: Outcome = { ...identify(letter, options.stackName), ...outcome };
    outcomes.push(dealt);
    onOutcome(dealt, index + 1, letters.length);
    failures = failuresInARow(failures, outcome.outcome, error);
    stop ??= reasonToStop(error, failures);
    const isLast = index === letters.length - 1;
    if (stop === undefined && !isLast) await clock.sleep(startedAt + 1000 / rate - clock.now(), signal);
  }
  return outcomes;
}

function hiddenSeconds(count: number, rate: number): number {
  return Math.min(MAX_HIDDEN_SECONDS, CLAIM_SECONDS + Math.ceil((2 * count) / rate));
}

function identify({ letter, message }: HeldLetter, stackName: string) {
  const functionName = targetOf(letter, stackName);
  return {
    messageId: message.messageId,
    ...(functionName !== undefined && { functionName }),
    ...(letter.deviceId !== undefined && { deviceId: letter.deviceId }),
  };
}

interface Result extends Pick<Outcome, 'outcome' | 'detail'> {
  readonly error?: unknown;
}

const kept = (detail: string, error?: unknown): Result => ({ outcome: 'kept', detail, error });

function failuresInARow(before: number, outcome: Outcome['outcome'], error: unknown): number {
  if (outcome === 'sent' || outcome === 'discarded') return 0;
  return outcome === 'skipped' || error instanceof RefusedLetter ? before : before + 1;
}

function reasonToStop(error: unknown, failures: number): string | undefined {
  if (isHopeless(error)) return 'Not tried: it would fail like the one before';
  if (failures < MAX_FAILURES_IN_A_ROW) return undefined;
  return `Not tried: ${failures} in a row have failed, so the cause is not mended yet`;
}

async function dealWith(letter: HeldLetter, options: WorkOffOptions): Promise<Result> {
  const { queue, scan, act, done } = options;
  const { message } = letter;
  try {
    if (!(await queue.claim(message, CLAIM_SECONDS))) {
      scan.letGo(message);
      return { outcome: 'skipped', detail: 'Somebody else has it in hand, or is done with it' };
    }
    await act(letter);
  } catch (error) {
    return kept(explain(error), error);
  }
  try {
    await queue.delete(message);
  } catch (error) {
    return {
      outcome: 'notDeleted',
      detail: `It is ${done}, but still in the queue (${explain(error)}): that is no harm, try again`,
      error,
    };
  }
  scan.letGo(message);
  return { outcome: done };
}
