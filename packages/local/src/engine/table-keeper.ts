import { setTimeout as delay } from 'node:timers/promises';
import type { ResourceKeeper } from '../contracts.ts';
import { createDynamoDbCall, type DynamoDbCall, DynamoDbError, EngineError } from './dynamodb-call.ts';
import { assertSameKeys, type TableDescription, tableUpdates } from './table-updates.ts';

export interface TableDefinition {
  readonly tableName: string;
  /** The input of CreateTable. */
  readonly createTable: TableDescription;
  /** What items expire by, for the runtime. */
  readonly ttlAttribute?: string;
}

/** Keeps which tables have items that expire. */
export interface TimeToLive {
  /** Undefined where a table's items do not expire. */
  attributeOf(tableName: string): string | undefined;
  /** Whether a stack has said the same of the table before, so that `set` changes nothing. */
  isSaid(tableName: string, attributeName: string | undefined): boolean;
  /**
   * The table, which has to be there, is a stack's, which says what its items expire by, or that they do not. What calls
   * have changed stays while a stack says the same as before. Rejects with the engine's error.
   */
  set(tableName: string, attributeName: string | undefined): Promise<void>;
  /** The table is gone, or is to be. Resolves once nothing of it is deleted any more. */
  forget(tableName: string): Promise<void>;
}

interface TableKeeperOptions {
  /** The engine's address. */
  readonly url: string;
  readonly region: string;
  readonly timeToLive: TimeToLive;
}

const ACTIVE_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 20;

/**
 * Makes tables with their streams and indexes, changes what can be changed without copying them, and removes them. Puts
 * reject with {@link EngineError} for other keys or local indexes than a table has, for another TTL attribute than the
 * one that is enabled, and when the engine is not reached or refuses.
 */
export function createTableKeeper(options: TableKeeperOptions): ResourceKeeper<TableDefinition> {
  const { url, region, timeToLive } = options;
  const call = createDynamoDbCall(url, region);
  return {
    put: (table) => explained(url, `make the table ${table.tableName}`, () => put(call, table, timeToLive)),
    has: async ({ tableName }) => (await describe(call, tableName)) !== undefined,
    remove: ({ tableName }) =>
      explained(url, `remove the table ${tableName}`, () => remove(call, tableName, timeToLive)),
  };
}

async function put(call: DynamoDbCall, table: TableDefinition, timeToLive: TimeToLive): Promise<void> {
  const { tableName, createTable, ttlAttribute } = table;
  const there = await describe(call, tableName);
  if (there === undefined) await call('CreateTable', createTable);
  else {
    assertSameTtl(table, timeToLive);
    await update(call, table, there);
  }
  await waitUntilActive(call, tableName);
  await disableTtl(call, tableName);
  await timeToLive.set(tableName, ttlAttribute);
}

/**
 * TTL has to be disabled before another attribute can be.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-timetolivespecification.html
 */
function assertSameTtl({ tableName, ttlAttribute }: TableDefinition, timeToLive: TimeToLive): void {
  const current = timeToLive.attributeOf(tableName);
  if (current === undefined || ttlAttribute === undefined || current === ttlAttribute) return;
  if (timeToLive.isSaid(tableName, ttlAttribute)) return;
  throw new EngineError(
    `The table ${tableName} can't be changed: TimeToLive is active on a different AttributeName: current AttributeName is ${current}. Disable it first (Enabled: false), and then enable it with ${ttlAttribute}.`,
  );
}

async function update(
  call: DynamoDbCall,
  { tableName, createTable }: TableDefinition,
  there: TableDescription,
): Promise<void> {
  assertSameKeys(tableName, there, createTable);
  try {
    await change(call, tableName, tableUpdates(there, createTable));
  } catch (error) {
    // Some may have been made before the one that is refused.
    await change(call, tableName, tableUpdates(Object(await describe(call, tableName)), there));
    throw error;
  }
}

async function change(
  call: DynamoDbCall,
  tableName: string,
  updates: readonly TableDescription[],
): Promise<void> {
  for (const input of updates) {
    await call('UpdateTable', { TableName: tableName, ...input });
    await waitUntilActive(call, tableName);
  }
}

async function remove(call: DynamoDbCall, tableName: string, timeToLive: TimeToLive): Promise<void> {
  if ((await describe(call, tableName)) === undefined) return;
  await call('DeleteTable', { TableName: tableName });
  await timeToLive.forget(tableName);
  await until(async () => (await describe(call, tableName)) === undefined, `${tableName} is not deleted.`);
}

/** Gives the engine's own words for what it refuses. */
async function explained(url: string, aim: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    if (!(cause instanceof DynamoDbError)) throw cause;
    throw new EngineError(`The table engine at ${url} did not ${aim}: ${cause.name}, ${cause.message}`, {
      cause,
    });
  }
}

/** Undefined where there is no such table. */
async function describe(call: DynamoDbCall, tableName: string): Promise<TableDescription | undefined> {
  try {
    const { Table: table } = await call('DescribeTable', { TableName: tableName });
    return Object(table);
  } catch (error) {
    if (error instanceof DynamoDbError && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function waitUntilActive(call: DynamoDbCall, tableName: string): Promise<void> {
  const isActive = async () => (await describe(call, tableName))?.['TableStatus'] === 'ACTIVE';
  await until(isActive, `${tableName} does not become ACTIVE.`);
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + ACTIVE_TIMEOUT_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new EngineError(`The table ${otherwise}`);
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
