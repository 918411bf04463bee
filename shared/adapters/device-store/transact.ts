import {
  type AttributeValue,
  type DynamoDBClient,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { epochSeconds } from '../../domain/retention.ts';
import { IntegrityViolation, ServiceUnavailable, Throttled, TransactionConflict } from '../../errors.ts';
import type { Timing } from '../../ports.ts';
import { isUnanswered } from '../unanswered.ts';
import { type CancellationReason, cancellationReasons, isConflict, isThrottle } from './cancellations.ts';

/** What the engine found where a condition failed. */
export interface FailedCondition {
  /** The item as it is now; absent where there is none. */
  readonly existing: Record<string, AttributeValue> | undefined;
}

/** What the SDK is told of a call. */
interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

export interface CancelledTransaction {
  readonly outcome: 'cancelled';
  /** By the position of the item in the transaction. */
  readonly failed: ReadonlyMap<number, FailedCondition>;
}

/** One try, as DynamoDB cancelled it. */
export interface CancelledTry {
  readonly reasons: readonly CancellationReason[];
  readonly items: readonly TransactWriteItem[];
  readonly attempt: number;
}

export type TransactionOutcome = { readonly outcome: 'committed' } | CancelledTransaction;

const BACKOFF_BASE_MS = 25;
const BACKOFF_CAP_MS = 1_000;

/**
 * What an error says, without what it carries: a cancellation carries whole records, which belong in no log.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
 */
function causeOf(error: Error): Error {
  const cause = new Error(error.message);
  cause.name = error.name;
  return cause;
}

/** Names the passing fault that an error stands for, if it stands for one. */
function transientFault(error: unknown): TransactionConflict | Throttled | undefined {
  if (!(error instanceof Error)) return undefined;
  const codes = cancellationReasons(error)?.map(({ Code }) => Code ?? 'None') ?? [error.name];
  if (codes.some(isConflict)) {
    return new TransactionConflict('Other requests kept changing the same items. Try again.', {
      cause: causeOf(error),
    });
  }
  if (codes.some(isThrottle)) {
    return new Throttled('DynamoDB throttled the request for too long. Try again.', {
      cause: causeOf(error),
    });
  }
  return undefined;
}

/** What the SDK has tried again by itself, to no avail. */
function unavailable(error: unknown): ServiceUnavailable | undefined {
  if (!(error instanceof Error) || !isUnanswered(error)) return undefined;
  return new ServiceUnavailable('DynamoDB does not answer. Try again.', { cause: causeOf(error) });
}

/** The longest that the SDK stays with one call: three attempts, 1.5 s each, and the pauses (see clients.ts). */
const LONGEST_CALL_MS = 5_000;

/** Ends a call that could outlast the deadline, so that the invocation has time left to say so. */
function callOptions({ clock, deadlineEpochMs }: Timing): CallOptions {
  const remainingMs = deadlineEpochMs - clock();
  if (remainingMs > LONGEST_CALL_MS) return {};
  return { abortSignal: AbortSignal.timeout(Math.max(1, remainingMs)) };
}

/** Full jitter: anything between nothing and a limit that doubles with each try. */
export const jitteredDelayMs = (tries: number): number =>
  Math.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** tries);

/**
 * Calls `attempt` until it answers; conflicts and throttles are tried again with full jitter until the deadline.
 * @throws TransactionConflict, Throttled when the deadline comes first; ServiceUnavailable; any other error as it is
 */
export async function retryTransientFaults<T>(
  attempt: (options: CallOptions, tries: number) => Promise<T>,
  timing: Timing,
): Promise<T> {
  const { clock, deadlineEpochMs } = timing;
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt(callOptions(timing), tries + 1);
    } catch (error) {
      const fault = transientFault(error);
      if (fault === undefined) throw unavailable(error) ?? error;
      const delayMs = jitteredDelayMs(tries);
      if (clock() + delayMs >= deadlineEpochMs) throw fault;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

function failedConditions(reasons: readonly CancellationReason[]): Map<number, FailedCondition> {
  const failed = new Map<number, FailedCondition>();
  for (const [index, { Code, Item }] of reasons.entries()) {
    if (Code === 'ConditionalCheckFailed') failed.set(index, { existing: Item });
  }
  return failed;
}

/**
 * One `TransactWriteItems` call. A failed condition is an answer and never retried; conflicts and throttles are, and
 * so is a failed condition beside a conflict: what it says of one item may be older than what changes the other.
 * @param itemsAt makes the items for a time in epoch seconds, anew at each try: what is expired changes meanwhile
 * @param observe is told of each try that is cancelled; tries count from 1
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export function transactWrite(
  client: DynamoDBClient,
  itemsAt: (nowEpochSeconds: number) => readonly TransactWriteItem[],
  timing: Timing,
  observe: (cancelled: CancelledTry) => void = () => undefined,
): Promise<TransactionOutcome> {
  return retryTransientFaults(async (options, attempt) => {
    const TransactItems = [...itemsAt(epochSeconds(timing.clock()))];
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }), options);
      return { outcome: 'committed' };
    } catch (error) {
      const reasons = cancellationReasons(error);
      if (reasons !== undefined) observe({ reasons, items: TransactItems, attempt });
      if (transientFault(error) !== undefined) throw error;
      const failed = failedConditions(reasons ?? []);
      if (failed.size === 0) throw error;
      return { outcome: 'cancelled', failed };
    }
  }, timing);
}

/** As far apart as two clocks of AWS may be, and then some. */
const CLOCKS_DIFFER_BY_MS = 60_000;

/**
 * For a cancellation that no race can explain. Where the record's `ttl` (epoch seconds) is about to pass, or just has,
 * another clock can: it has passed there already. Then it is a conflict, which another try decides.
 */
export function unexplained(
  message: string,
  failed: CancelledTransaction['failed'],
  { ttl, clock }: { readonly ttl?: number | undefined; readonly clock: () => number },
): IntegrityViolation | TransactionConflict {
  if (ttl !== undefined && Math.abs(ttl * 1000 - clock()) < CLOCKS_DIFFER_BY_MS) {
    return new TransactionConflict('The retention ends at this moment. Try again.');
  }
  return new IntegrityViolation(message, { details: { failedItems: [...failed.keys()] } });
}
