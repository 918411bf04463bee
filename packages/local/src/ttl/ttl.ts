import type { AwsService } from '../aws.ts';
import type { MovableClock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { createDynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import type { TimeToLive } from '../engine/table-keeper.ts';
import { createStreamsClient } from '../streams/shard-reader.ts';
import type { StampRecords } from '../streams/stream-record.ts';
import type { TtlTable } from './expired-items.ts';
import { openRemovalLog, settleLeftRemovals } from './removal-log.ts';
import { createStreamsApi } from './streams-api.ts';
import { sweepTable } from './sweeper.ts';
import { createTtlApi } from './table-api.ts';
import { TtlDeletions } from './ttl-deletions.ts';

export interface TtlOptions {
  readonly engineUrl: string;
  readonly region: string;
  readonly clock: Pick<MovableClock, 'now' | 'sleep' | 'offsetMs'>;
  /** How long items stay after they have expired; for good when absent. */
  readonly delaySeconds?: number;
  /** Where an engine that outlives the runtime needs it: a file for what the next runtime has to know. */
  readonly removalLogFile?: string;
  /** Keeps which tables have a TTL; in memory by default. */
  readonly collections?: Collections;
  readonly log: RuntimeLog;
}

export interface Ttl extends TimeToLive {
  /** Gives the records of removals by TTL the identity that AWS gives them. */
  readonly stamp: StampRecords;
  /** Answers what is about TTL and about streams; every other call of DynamoDB's APIs goes to `next`. */
  handleBefore(next: AwsService): AwsService;
  /** Begins to delete what has expired, in tables with a TTL that a call has given in an earlier runtime too. */
  start(): Promise<void>;
  /** Resolves once nothing is deleted any more. */
  close(): Promise<void>;
}

/** A table whose items expire, and what deletes them. */
interface Swept {
  readonly table: TtlTable;
  readonly closing: AbortController;
  sweeping?: Promise<void>;
}

/**
 * TTL as DynamoDB has it, by the runtime's clock, with any engine: items that have expired are deleted, and the records
 * of these deletions say so. Throws what the engine's calls throw.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export async function createTtl(options: TtlOptions): Promise<Ttl> {
  const { engineUrl, region, clock, delaySeconds, removalLogFile, log } = options;
  const closing = new AbortController();
  const call = createDynamoDbCall(engineUrl, region);
  const removalLog = removalLogFile === undefined ? undefined : await openRemovalLog(removalLogFile);
  const streams = createStreamsClient(engineUrl, region);
  const deletions = new TtlDeletions({
    call,
    streamsCall: streams.call,
    log,
    signal: closing.signal,
    ...(removalLog !== undefined && { removalLog }),
  });
  const stamp: StampRecords = (streamArn, records) => deletions.stamp(streamArn, records);
  /** By table: the attribute. */
  const collections = options.collections ?? memoryCollections;
  const kept = collections.open<string>('timeToLive');
  /** By table: what a stack has said last; empty where its items are not to expire. */
  const ofStacks = collections.open<string>('timeToLiveOfStacks');
  const swept = new Map<string, Swept>();
  /** By table: the end of what is being changed. */
  const changes = new Map<string, Promise<void>>();
  let hasStarted = false;

  function sweep(one: Swept): void {
    if (delaySeconds === undefined || !hasStarted) return;
    const signal = AbortSignal.any([closing.signal, one.closing.signal]);
    one.sweeping = sweepTable(one.table, { call, deletions, clock, delaySeconds, log, signal });
  }

  async function stop(tableName: string): Promise<void> {
    const before = swept.get(tableName);
    swept.delete(tableName);
    before?.closing.abort();
    await before?.sweeping;
  }

  /** Reads the table's keys and stream again. */
  async function watch(tableName: string, ttlAttribute: string): Promise<void> {
    const { Table } = await call('DescribeTable', { TableName: tableName });
    const table = ttlTable(tableName, ttlAttribute, Object(Table));
    await stop(tableName);
    if (removalLog !== undefined && table.streamArn !== undefined) {
      deletions.know(table.streamArn, removalLog.of(table.streamArn));
      deletions.know(table.streamArn, await settleLeftRemovals(streams.call, table, removalLog));
    }
    const one: Swept = { table, closing: new AbortController() };
    swept.set(tableName, one);
    sweep(one);
  }

  /** One change of a table after the other, whether those before went well or not. */
  async function inTurn(tableName: string, change: () => Promise<void>): Promise<void> {
    const changed = (changes.get(tableName) ?? Promise.resolve()).then(change);
    const settled = changed.catch(() => undefined);
    changes.set(tableName, settled);
    await settled;
    if (changes.get(tableName) === settled) changes.delete(tableName);
    await changed;
    await collections.committed();
  }

  function set(tableName: string, attributeName: string | undefined): Promise<void> {
    return inTurn(tableName, async () => {
      if (attributeName === undefined) return end(tableName);
      await watch(tableName, attributeName);
      kept.set(tableName, attributeName);
    });
  }

  const isSaid = (tableName: string, attributeName = '') => ofStacks.get(tableName) === attributeName;

  /** What calls have changed stays while the stack says the same as before, as on AWS. */
  async function setOfStack(tableName: string, attributeName: string | undefined): Promise<void> {
    await set(tableName, isSaid(tableName, attributeName) ? kept.get(tableName) : attributeName);
    ofStacks.set(tableName, attributeName ?? '');
    await collections.committed();
  }

  async function end(tableName: string): Promise<void> {
    kept.delete(tableName);
    await stop(tableName);
  }

  function forget(tableName: string): Promise<void> {
    return inTurn(tableName, () => {
      ofStacks.delete(tableName);
      return end(tableName);
    });
  }

  /** A table may have gone just as an earlier runtime was killed, or from another engine. */
  async function watchAgain(tableName: string, ttlAttribute: string): Promise<void> {
    try {
      await watch(tableName, ttlAttribute);
    } catch (error) {
      if (!(error instanceof DynamoDbError) || error.name !== 'ResourceNotFoundException') throw error;
      kept.delete(tableName);
    }
  }

  const attributeOf = (tableName: string) => kept.get(tableName);

  return {
    stamp,
    attributeOf,
    isSaid,
    set: setOfStack,
    forget,
    handleBefore(next) {
      const timeToLive = { attributeOf, set, forget };
      return createTtlApi(timeToLive, createStreamsApi({ stamp, offsetMs: () => clock.offsetMs }, next));
    },
    async start() {
      for (const [tableName, attributeName] of [...kept]) {
        if (!swept.has(tableName)) await watchAgain(tableName, attributeName);
      }
      hasStarted = true;
      swept.forEach(sweep);
    },
    async close() {
      closing.abort();
      await Promise.all([...swept.values()].map(({ sweeping }) => sweeping));
      streams.close();
    },
  };
}

function ttlTable(
  tableName: string,
  ttlAttribute: string,
  { KeySchema: keySchema, LatestStreamArn: streamArn }: Record<string, unknown>,
): TtlTable {
  const keyAttributes = (keySchema as readonly Record<string, string>[]).map(
    (key) => key['AttributeName'] ?? '',
  );
  return { tableName, ttlAttribute, keyAttributes, ...(typeof streamArn === 'string' ? { streamArn } : {}) };
}
