import { AwsError } from '@device-lifecycle/local/aws.ts';
import type { ObjectStore } from '@device-lifecycle/local/contracts.ts';

export interface MemoryObjects extends ObjectStore {
  readonly contents: Map<string, string>;
  /** How many bytes have been taken of what was read. */
  readonly taken: { bytes: number };
}

async function* inChunks(bytes: Buffer, chunkBytes: number, taken: { bytes: number }) {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    taken.bytes += chunk.length;
    yield chunk;
  }
}

/** The bucket "fleet", which comes in chunks that cut through lines and characters. */
export function memoryObjects(objects: Readonly<Record<string, string>> = {}, chunkBytes = 7): MemoryObjects {
  const contents = new Map(Object.entries(objects));
  const taken = { bytes: 0 };

  function assertBucket(bucket: string): void {
    if (bucket !== 'fleet') throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  }

  return {
    contents,
    taken,
    async read(bucket, key) {
      assertBucket(bucket);
      const content = contents.get(key);
      if (content === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      return inChunks(Buffer.from(content), chunkBytes, taken);
    },
    async write(bucket, key, body) {
      assertBucket(bucket);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      contents.set(key, Buffer.concat(chunks).toString());
    },
    async *list(bucket, prefix) {
      assertBucket(bucket);
      for (const [Key, content] of contents) {
        if (!Key.startsWith(prefix)) continue;
        yield {
          Key,
          Size: content.length,
          ETag: '"0"',
          LastModified: 1_700_000_000,
          StorageClass: 'STANDARD',
        };
      }
    },
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
