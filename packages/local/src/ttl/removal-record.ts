import type { EngineRecord } from '../streams/stream-record.ts';

/** Whether a record of a stream tells of an item that was removed, by whomever. */
export function isRemoval({ eventName }: EngineRecord): boolean {
  return eventName === 'REMOVE';
}

/** Whether an item that was removed had a TTL, which is taken for granted where the stream has no images. */
export function hadTtl({ dynamodb }: EngineRecord, ttlAttribute: string, ttl: string): boolean {
  const { OldImage: image } = dynamodb;
  return image === undefined || Number(image[ttlAttribute]?.['N']) === Number(ttl);
}
