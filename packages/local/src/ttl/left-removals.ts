import type { DynamoDbCall } from '../engine/dynamodb-call.ts';
import { type ExpiredItem, keyText, type TtlTable } from './expired-items.ts';
import type { RemovalLog } from './removal-log.ts';
import { hadTtl, isRemoval } from './removal-record.ts';
import { StreamEnd } from './stream-end.ts';

/**
 * Finds what came of the deletions that an earlier runtime was killed in, and has the log know. For each item that is
 * the last removal with the TTL that it was to be deleted for; there may be none. Throws what calls throw.
 */
export async function settleLeftRemovals(
  streamsCall: DynamoDbCall,
  { streamArn, ttlAttribute }: TtlTable,
  removalLog: RemovalLog,
): Promise<readonly string[]> {
  if (streamArn === undefined) return [];
  const items = removalLog.intended(streamArn);
  if (items.length === 0) return [];
  const found = await lastRemovals(await StreamEnd.takeStart(streamsCall, streamArn), items, ttlAttribute);
  await removalLog.add(streamArn, found);
  return found;
}

async function lastRemovals(
  stream: StreamEnd,
  items: readonly ExpiredItem[],
  ttlAttribute: string,
): Promise<readonly string[]> {
  const wanted = new Map(items.map(({ key, ttl }) => [keyText(key), ttl]));
  const found = new Map<string, string>();
  let count: number;
  do {
    count = await stream.read((record) => {
      if (!isRemoval(record)) return;
      const key = keyText(record.dynamodb.Keys);
      const ttl = wanted.get(key);
      if (ttl !== undefined && hadTtl(record, ttlAttribute, ttl))
        found.set(key, record.dynamodb.SequenceNumber);
    });
  } while (count > 0);
  return [...found.values()];
}
