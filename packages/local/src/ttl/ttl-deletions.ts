import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeLog } from '../contracts.ts';
import { type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import type { EngineRecord } from '../streams/stream-record.ts';
import { type Deletions, deleteExpired, type ExpiredItem, keyText, type TtlTable } from './expired-items.ts';
import { hadTtl, isRemoval, REMOVALS_KEPT_MS, type RemovalLog } from './removal-log.ts';
import { StreamEnd } from './streams-api.ts';

export interface TtlDeletionsOptions {
  readonly call: DynamoDbCall;
  /** Of the DynamoDB Streams API. */
  readonly streamsCall: DynamoDbCall;
  /** Keeps what is found for the next runtime. */
  readonly removalLog?: RemovalLog;
  readonly log: RuntimeLog;
  /** Ends what waits for the engine. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds by the engine's clock; the machine's when absent. */
  readonly now?: () => number;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Identity.html */
const TTL_IDENTITY = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' };

/** How often the end of a stream is looked at for records that are still to come. */
const POLL_INTERVAL_MS = 20;
const RECOVERY_DELAY_MS = 500;
/** An engine writes the record of a deletion with it, or soon afterwards. */
const RECORD_TIMEOUT_MS = 10_000;

/**
 * Deletes what has expired, and knows which of a stream's records are of these deletions: no engine lets its callers
 * say who they are. While items are being deleted, whoever reads the stream waits for what is known of its removals.
 */
export class TtlDeletions {
  readonly #options: TtlDeletionsOptions;
  /** By stream: the sequence numbers of removals, and since when they are known, in this order. */
  readonly #removals = new Map<string, Map<string, number>>();
  /** By stream: resolves when the deletions that are under way are found in it. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(options: TtlDeletionsOptions) {
    this.#options = options;
  }

  /**
   * Deletes items whose TTL is still what was seen, and finds the records of their removal. Resolves to those that are
   * deleted, those that nothing was heard of, and what ended it early. Throws what the engine's calls throw, before the
   * first deletion.
   */
  async delete(table: TtlTable, items: readonly ExpiredItem[]): Promise<Deletions> {
    const { call, streamsCall, removalLog } = this.#options;
    if (table.streamArn === undefined) return deleteExpired(call, table, items);
    const end = await StreamEnd.take(streamsCall, table.streamArn);
    await removalLog?.intend(table.streamArn, items);
    const work = this.#deleteAndFind(table, items, end);
    const settled = work.finally(() => this.#underWay.delete(end.streamArn));
    this.#underWay.set(end.streamArn, settled);
    const { deletions, found } = await settled;
    await removalLog?.add(end.streamArn, found);
    return deletions;
  }

  /** Takes removals in a stream for TTL's, by their sequence numbers; and forgets those that it has no more. */
  know(streamArn: string, sequenceNumbers: readonly string[]): void {
    const { now = Date.now } = this.#options;
    const nowMs = now();
    const removals = this.#removals.get(streamArn) ?? new Map<string, number>();
    this.#removals.set(streamArn, removals);
    for (const [sequenceNumber, knownSinceMs] of removals) {
      if (knownSinceMs > nowMs - REMOVALS_KEPT_MS) break;
      removals.delete(sequenceNumber);
    }
    for (const sequenceNumber of sequenceNumbers) removals.set(sequenceNumber, nowMs);
  }

  /** Gives the records of removals by TTL the identity that AWS gives them. */
  async stamp(streamArn: string, records: readonly EngineRecord[]): Promise<readonly EngineRecord[]> {
    if (!records.some(isRemoval)) return records;
    await this.#underWay.get(streamArn);
    const removals = this.#removals.get(streamArn);
    if (removals === undefined) return records;
    return records.map((record) =>
      removals.has(record.dynamodb.SequenceNumber) ? { ...record, userIdentity: TTL_IDENTITY } : record,
    );
  }

  async #deleteAndFind(table: TtlTable, items: readonly ExpiredItem[], end: StreamEnd): Promise<Found> {
    const deletions = await deleteExpired(this.#options.call, table, items);
    const search = new Search(table.ttlAttribute, deletions);
    while (!(await this.#searchOnce(search, end)) && !search.lastsTooLong());
    if (search.missing > 0) {
      this.#options.log.error(
        `${search.missing} items of ${table.tableName} were deleted by TTL, and its stream does not tell: their records would be without userIdentity`,
      );
    }
    const found = [...search.found];
    this.know(end.streamArn, found);
    return { deletions, found };
  }

  /** Whether everything is found. */
  async #searchOnce(search: Search, end: StreamEnd): Promise<boolean> {
    const { signal, log } = this.#options;
    try {
      const count = search.isOver ? 0 : await end.read((record) => search.look(record));
      if (search.isOver || (count === 0 && search.missing === 0)) return true;
      // What is there already is found, though the signal has aborted.
      if (count === 0) await delay(POLL_INTERVAL_MS, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      log.warn(
        `what was deleted by TTL is looked for again, since a stream cannot be read: ${String(error)}`,
      );
      // While no engine answers, none can tell either.
      if (!(error instanceof DynamoDbError)) search.restartTimer();
      await delay(RECOVERY_DELAY_MS, undefined, { signal });
    }
    return false;
  }
}

interface Found {
  readonly deletions: Deletions;
  /** Sequence numbers. */
  readonly found: readonly string[];
}

interface Wanted {
  readonly ttl: string;
  readonly isDeleted: boolean;
}

/** Looks for the records of deletions among those that were added since before the first of them. */
class Search {
  readonly found = new Set<string>();
  readonly #ttlAttribute: string;
  readonly #wanted: Map<string, Wanted>;
  #startedAt = performance.now();

  constructor(ttlAttribute: string, { deleted, unheard }: Deletions) {
    this.#ttlAttribute = ttlAttribute;
    const entries = (items: readonly ExpiredItem[], isDeleted: boolean) =>
      items.map(({ key, ttl }) => [keyText(key), { ttl, isDeleted }] as const);
    this.#wanted = new Map([...entries(unheard, false), ...entries(deleted, true)]);
  }

  /** Whether nothing is left to look for. */
  get isOver(): boolean {
    return this.#wanted.size === 0;
  }

  /** How many records are certain to be there and are not found. */
  get missing(): number {
    return [...this.#wanted.values()].filter(({ isDeleted }) => isDeleted).length;
  }

  lastsTooLong(): boolean {
    return performance.now() - this.#startedAt > RECORD_TIMEOUT_MS;
  }

  restartTimer(): void {
    this.#startedAt = performance.now();
  }

  /** The first removal of an item with the TTL that it was deleted for is the one: until then, it was there. */
  look(record: EngineRecord): void {
    if (!isRemoval(record)) return;
    const key = keyText(record.dynamodb.Keys);
    const wanted = this.#wanted.get(key);
    if (wanted === undefined || !hadTtl(record, this.#ttlAttribute, wanted.ttl)) return;
    this.#wanted.delete(key);
    this.found.add(record.dynamodb.SequenceNumber);
  }
}
