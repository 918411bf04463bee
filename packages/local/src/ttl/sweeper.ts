import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import { type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import { findExpired, type TtlTable } from './expired-items.ts';
import type { TtlDeletions } from './ttl-deletions.ts';

interface SweeperOptions {
  readonly call: DynamoDbCall;
  readonly deletions: Pick<TtlDeletions, 'delete'>;
  readonly clock: Clock;
  /** How long items stay after they have expired. */
  readonly delaySeconds: number;
  readonly log: RuntimeLog;
  /** Ends the sweeping. */
  readonly signal: AbortSignal;
}

/** From the start of one sweep of a table to that of the next, where it does not take longer. */
const INTERVAL_MS = 1_000;
/** How many items are deleted before others get their turn. */
const BATCH = 100;
/**
 * Rests by the length of the work before: the engine's time is for others. A scan, which mostly finds nothing, takes a
 * twentieth of it; the more items there are, the later they are found, which on AWS is days.
 */
const REST_AFTER_SCAN = 19;
const REST_AFTER_DELETION = 0.25;

/**
 * Deletes the items of a table that have expired, again and again, as DynamoDB's TTL does. Resolves when the signal has
 * aborted and nothing of it runs any more.
 */
export async function sweepTable(table: TtlTable, options: SweeperOptions): Promise<void> {
  const { clock, log, signal } = options;
  let isWell = true;
  while (!signal.aborted) {
    const nextAtMs = clock.now() + INTERVAL_MS;
    const { count, error } = await sweepOnce(table, options);
    if (signal.aborted) return;
    if (count > 0) log.info(`TTL has deleted ${count} expired items of ${table.tableName}`);
    if (error !== undefined && isWell && !isGone(error)) {
      log.warn(`TTL cannot delete what has expired in ${table.tableName}, and tries again: ${String(error)}`);
    }
    isWell = error === undefined;
    // Only the signal ends a sleep early, and then the sweeping too.
    await clock.sleep(nextAtMs - clock.now(), signal).catch(() => undefined);
  }
}

/** Whoever deletes a table ends its sweeping in a moment. */
function isGone(error: unknown): boolean {
  return error instanceof DynamoDbError && error.name === 'ResourceNotFoundException';
}

/** Never throws: what went wrong is told, beside how many items are deleted. */
async function sweepOnce(
  table: TtlTable,
  options: SweeperOptions,
): Promise<{ readonly count: number; readonly error?: unknown }> {
  const { call, clock, delaySeconds, deletions } = options;
  const nowSeconds = Math.floor(clock.now() / 1_000 - delaySeconds);
  let count = 0;
  try {
    let startedAt = performance.now();
    for await (const expired of findExpired(call, table, nowSeconds)) {
      await rest(startedAt, REST_AFTER_SCAN, options);
      for (let first = 0; first < expired.length; first += BATCH) {
        startedAt = performance.now();
        const { deleted, error } = await deletions.delete(table, expired.slice(first, first + BATCH));
        count += deleted.length;
        if (error !== undefined) return { count, error };
        await rest(startedAt, REST_AFTER_DELETION, options);
      }
      startedAt = performance.now();
    }
    return { count };
  } catch (error) {
    return { count, error };
  }
}

async function rest(startedAt: number, factor: number, { clock, signal }: SweeperOptions): Promise<void> {
  await clock.sleep((performance.now() - startedAt) * factor, signal);
}
