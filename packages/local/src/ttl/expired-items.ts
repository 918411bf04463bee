import { type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import type { Attributes } from '../streams/stream-record.ts';

/** What came of some deletions. */
export interface Deletions {
  /** Which are done. */
  readonly deleted: readonly ExpiredItem[];
  /** Those that nothing was heard of: they may be done or not. */
  readonly unheard: readonly ExpiredItem[];
  /** What ended them early: the rest has not been tried. */
  readonly error?: unknown;
}

/** DynamoDB deletes what has expired with what capacity is left; others are to get most of the engine. */
const AT_ONCE = 4;

/** Deletes items, but for those that have another TTL by now or none, or are gone. Never throws. */
export async function deleteExpired(
  call: DynamoDbCall,
  table: TtlTable,
  items: readonly ExpiredItem[],
): Promise<Deletions> {
  const deleted: ExpiredItem[] = [];
  const unheard: ExpiredItem[] = [];
  const errors: unknown[] = [];
  const fail = (item: ExpiredItem, error: unknown) => {
    errors.push(error);
    if (!isRefusal(error)) unheard.push(item);
  };
  const rest = items.values();
  const work = async () => {
    for (const item of rest) {
      const isDeleted = await deleteOne(call, table, item).catch((error: unknown) => fail(item, error));
      if (isDeleted === true) deleted.push(item);
      if (errors.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { deleted, unheard, ...(errors.length > 0 ? { error: errors[0] } : {}) };
}

/** Whether an error tells that nothing was done. */
function isRefusal(error: unknown): boolean {
  return error instanceof DynamoDbError && !/^(?:Internal|ServiceUnavailable|HTTP 5)/.test(error.name);
}

async function deleteOne(
  call: DynamoDbCall,
  { tableName, ttlAttribute }: TtlTable,
  { key, ttl }: ExpiredItem,
): Promise<boolean> {
  try {
    await call('DeleteItem', {
      TableName: tableName,
      Key: key,
      ConditionExpression: '#ttl = :seen',
      ExpressionAttributeNames: { '#ttl': ttlAttribute },
      ExpressionAttributeValues: { ':seen': { N: ttl } },
    });
    return true;
  } catch (error) {
    if (error instanceof DynamoDbError && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/** A table whose items expire. */
export interface TtlTable {
  readonly tableName: string;
  readonly ttlAttribute: string;
  /** The partition key's name, and the sort key's where there is one. */
  readonly keyAttributes: readonly string[];
  /** The engine's ARN of its stream, where it has one. */
  readonly streamArn?: string;
}

/** An item that has expired, as far as the sweeper has seen. */
export interface ExpiredItem {
  readonly key: Attributes;
  /** Of the TTL attribute: epoch seconds, as the engine writes the number. */
  readonly ttl: string;
}

/** What is read at once; each page is a call of its own for others to come between. */
const PAGE_LIMIT = 1_000;

/**
 * DynamoDB leaves what is more than five years past: it is taken for a mistake, such as milliseconds read as seconds.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
 */
const OLDEST_SECONDS = 5 * 365 * 86_400;

/**
 * Reads a table page by page, and tells of each page the items whose TTL attribute is a number of seconds before
 * `nowSeconds`, if any. Throws what `call` throws.
 */
export async function* findExpired(
  call: DynamoDbCall,
  { tableName, ttlAttribute, keyAttributes }: TtlTable,
  nowSeconds: number,
): AsyncGenerator<readonly ExpiredItem[]> {
  const keyNames = keyAttributes.map((_, index) => `#key${index}`);
  const input = {
    TableName: tableName,
    Limit: PAGE_LIMIT,
    ConsistentRead: true,
    // Numbers compare with numbers alone: a TTL of another type never expires.
    FilterExpression: '#ttl < :now AND #ttl >= :oldest',
    ProjectionExpression: ['#ttl', ...keyNames].join(', '),
    ExpressionAttributeNames: {
      '#ttl': ttlAttribute,
      ...Object.fromEntries(keyAttributes.map((name, index) => [`#key${index}`, name])),
    },
    ExpressionAttributeValues: {
      ':now': { N: String(nowSeconds) },
      ':oldest': { N: String(nowSeconds - OLDEST_SECONDS) },
    },
  };
  let last: unknown;
  do {
    const page = await call('Scan', last === undefined ? input : { ...input, ExclusiveStartKey: last });
    yield ((page['Items'] ?? []) as readonly Attributes[]).map((item) => ({
      key: Object.fromEntries(keyAttributes.map((name) => [name, item[name] ?? {}])),
      ttl: String(item[ttlAttribute]?.['N']),
    }));
    last = page['LastEvaluatedKey'] ?? undefined;
  } while (last !== undefined);
}

/** A key as text that is the same for the same key. */
export function keyText(key: Attributes | undefined): string {
  return JSON.stringify(Object.entries(key ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)));
}
