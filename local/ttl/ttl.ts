import type { AwsService } from '../aws.ts';
import type { MovableClock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { TableDefinition } from '../engine/create-tables.ts';
import { createDynamoDbCall, type DynamoDbCall } from '../engine/dynamodb-call.ts';
import type { StampRecords } from '../streams/stream-record.ts';
import { createStreamsClient } from '../streams/streams-call.ts';
import type { TtlTable } from './expired-items.ts';
import { settleLeftRemovals } from './left-removals.ts';
import { openRemovalLog } from './removal-log.ts';
import { createStreamsApi } from './streams-api.ts';
import { sweep } from './sweeper.ts';
import { createTtlApi } from './table-api.ts';
import { TtlDeletions } from './ttl-deletions.ts';

export interface TtlOptions {
  /** They have to be there already, without a TTL of the engine's. */
  readonly tables: readonly TableDefinition[];
  readonly engineUrl: string;
  readonly region: string;
  readonly clock: Pick<MovableClock, 'now' | 'sleep' | 'offsetMs'>;
  /** How long items stay after they have expired; for good when absent. */
  readonly delaySeconds?: number;
  /** Where an engine that outlives the runtime needs it: a file for what the next runtime has to know. */
  readonly removalLogFile?: string;
  readonly log: RuntimeLog;
}

export interface Ttl {
  /** Gives the records of removals by TTL the identity that AWS gives them. */
  readonly stamp: StampRecords;
  /** Answers what is about TTL and about streams; every other call of DynamoDB's APIs goes to `next`. */
  handleBefore(next: AwsService): AwsService;
  /** Begins to delete what has expired. */
  start(): void;
  /** Resolves once nothing is deleted any more. */
  close(): Promise<void>;
}

/**
 * TTL as DynamoDB has it, by the runtime's clock, with any engine: items that have expired are deleted, and the records
 * of these deletions say so. Throws what the engine's calls throw.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export async function createTtl(options: TtlOptions): Promise<Ttl> {
  const { engineUrl, region, clock, delaySeconds, removalLogFile, log } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const call = createDynamoDbCall(engineUrl, region);
  const tables = await findTables(call, options.tables);
  const removalLog = removalLogFile === undefined ? undefined : await openRemovalLog(removalLogFile);
  const streams = createStreamsClient(engineUrl, region);
  const deletions = new TtlDeletions({
    call,
    streamsCall: streams.call,
    log,
    signal,
    ...(removalLog !== undefined && { removalLog }),
  });
  if (removalLog !== undefined) {
    for (const table of tables) {
      deletions.know(table.tableName, removalLog.of(table.streamArn ?? ''));
      deletions.know(table.tableName, await settleLeftRemovals(streams.call, table, removalLog));
    }
  }
  const stamp: StampRecords = (tableName, records) => deletions.stamp(tableName, records);
  let sweeping: Promise<void> | undefined;
  return {
    stamp,
    handleBefore: (next) =>
      createTtlApi(tables, createStreamsApi({ tables, stamp, offsetMs: () => clock.offsetMs }, next)),
    start() {
      if (delaySeconds === undefined) return;
      sweeping ??= sweep({ tables, call, deletions, clock, delaySeconds, log, signal });
    },
    async close() {
      closing.abort();
      await sweeping;
      streams.close();
    },
  };
}

async function findTables(
  call: DynamoDbCall,
  definitions: readonly TableDefinition[],
): Promise<readonly TtlTable[]> {
  const found = definitions.map(async ({ tableName, ttlAttribute }): Promise<readonly TtlTable[]> => {
    if (ttlAttribute === undefined) return [];
    const { Table: table } = await call('DescribeTable', { TableName: tableName });
    const { KeySchema: keySchema, LatestStreamArn: streamArn } = Object(table);
    const keyAttributes = keySchema.map(({ AttributeName }: Record<string, string>) => AttributeName);
    return [
      { tableName, ttlAttribute, keyAttributes, ...(typeof streamArn === 'string' ? { streamArn } : {}) },
    ];
  });
  return (await Promise.all(found)).flat();
}
