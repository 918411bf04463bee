import { type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import type { ExpiredItem, TtlTable } from './expired-items.ts';

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
