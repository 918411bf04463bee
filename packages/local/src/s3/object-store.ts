import { AwsError } from '../aws.ts';
import type { ObjectStore } from '../contracts.ts';
import { BlobBody } from './blob-body.ts';
import type { DiskStore } from './disk-store.ts';

/** The buckets of the runtime for parts of the runtime: without HTTP, and with nothing of an object in memory. */
export function createObjectStore({ store, persistence }: DiskStore): ObjectStore {
  function assertBucket(bucket: string): void {
    if (store.hasBucket(bucket)) return;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  }

  function assertObject(bucket: string, key: string): void {
    try {
      store.headObject(bucket, key);
    } catch (cause) {
      const { code, message, statusCode } = Object(cause);
      throw new AwsError(String(code), String(message), statusCode);
    }
  }

  return {
    async read(bucket, key) {
      assertBucket(bucket);
      assertObject(bucket, key);
      return (persistence.readBody(bucket, key) as unknown as BlobBody).retain();
    },

    async write(bucket, key, bytes) {
      assertBucket(bucket);
      const { blob, md5 } = await persistence.blobs.writeStream(bytes);
      if (!store.hasBucket(bucket)) persistence.blobs.remove([blob]);
      assertBucket(bucket);
      const body = BlobBody.of(persistence.blobs, [blob]) as unknown as Buffer;
      const object = {
        key,
        body,
        contentType: 'application/octet-stream',
        contentLength: blob.length,
        etag: `"${md5}"`,
        lastModified: new Date(),
        metadata: {},
      };
      persistence.upsertObject(bucket, object);
      store.restoreObject(bucket, { ...object, body: Buffer.alloc(0) });
    },

    async *list(bucket, prefix) {
      assertBucket(bucket);
      const maxKeys = Number.POSITIVE_INFINITY;
      for (const object of store.listObjects(bucket, { prefix, maxKeys }).objects) {
        const { key, etag, contentLength, lastModified } = object;
        const LastModified = Math.floor(lastModified.getTime() / 1000);
        yield { ETag: etag, Key: key, LastModified, Size: contentLength, StorageClass: 'STANDARD' };
      }
    },
  };
}
