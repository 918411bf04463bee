import { setTimeout as delay } from 'node:timers/promises';
import { createDynamoDbCall, type DynamoDbCall, DynamoDbError } from './dynamodb-call.ts';
import { EngineError } from './engine-error.ts';

export interface TableDefinition {
  readonly tableName: string;
  /** The input of CreateTable. */
  readonly createTable: Readonly<Record<string, unknown>>;
  /** What items expire by, for the runtime. */
  readonly ttlAttribute?: string;
}

export interface CreateTablesOptions {
  /** The engine's address. */
  readonly url: string;
  readonly region: string;
  readonly tables: readonly TableDefinition[];
}

const ACTIVE_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 20;

/**
 * Makes the tables, with their streams, but without TTL. Tables that are there already, from a run before, keep what
 * they hold.
 * Throws {@link EngineError} when one of those has other keys or indexes than the template says, and when the engine
 * is not reached or refuses.
 */
export async function createTables({ url, region, tables }: CreateTablesOptions): Promise<void> {
  const call = createDynamoDbCall(url, region);
  await Promise.all(tables.map((table) => createTable(call, table, url)));
}

async function createTable(call: DynamoDbCall, table: TableDefinition, url: string): Promise<void> {
  const { tableName, ttlAttribute } = table;
  try {
    await createUnlessThere(call, table);
    await waitUntilActive(call, tableName);
    if (ttlAttribute !== undefined) await disableTtl(call, tableName);
  } catch (cause) {
    if (!(cause instanceof DynamoDbError)) throw cause;
    const reason = `${cause.name}, ${cause.message}`;
    throw new EngineError(`The table engine at ${url} did not make the table ${tableName}: ${reason}`, {
      cause,
    });
  }
}

async function createUnlessThere(
  call: DynamoDbCall,
  { tableName, createTable }: TableDefinition,
): Promise<void> {
  try {
    await call('CreateTable', createTable);
  } catch (error) {
    if (!(error instanceof DynamoDbError) || error.name !== 'ResourceInUseException') throw error;
    const existing = await describe(call, tableName);
    if (shapeOf(existing) === shapeOf(createTable)) return;
    throw new EngineError(
      `The table ${tableName} is there already, with other keys or indexes than the template gives it: start with another data directory, or delete the table.`,
    );
  }
}

async function describe(call: DynamoDbCall, tableName: string): Promise<Readonly<Record<string, unknown>>> {
  const { Table: table } = await call('DescribeTable', { TableName: tableName });
  return Object(table);
}

/** What of a table cannot be changed without copying it: its keys, and the names and keys of its indexes. */
function shapeOf(table: Readonly<Record<string, unknown>>): string {
  const indexes = [table['GlobalSecondaryIndexes'], table['LocalSecondaryIndexes']].map((list) =>
    Array.isArray(list) ? list.map((index) => `${index.IndexName} ${keysOf(index.KeySchema)}`).sort() : [],
  );
  return JSON.stringify([keysOf(table['KeySchema']), ...indexes]);
}

function keysOf(keySchema: unknown): string {
  if (!Array.isArray(keySchema)) return '';
  return keySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ');
}

async function waitUntilActive(call: DynamoDbCall, tableName: string): Promise<void> {
  const deadline = Date.now() + ACTIVE_TIMEOUT_MS;
  while ((await describe(call, tableName))['TableStatus'] !== 'ACTIVE') {
    if (Date.now() > deadline) throw new EngineError(`The table ${tableName} does not become ACTIVE.`);
    await delay(POLL_INTERVAL_MS);
  }
}

/** The runtime deletes what has expired, by its own clock; an engine that does so too would go by another. */
async function disableTtl(call: DynamoDbCall, tableName: string): Promise<void> {
  const { TimeToLiveDescription: ttl } = await call('DescribeTimeToLive', { TableName: tableName });
  const { TimeToLiveStatus: status, AttributeName: attributeName } = Object(ttl);
  if (status !== 'ENABLED' && status !== 'ENABLING') return;
  await call('UpdateTimeToLive', {
    TableName: tableName,
    TimeToLiveSpecification: { AttributeName: attributeName, Enabled: false },
  });
}
