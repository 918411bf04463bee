import { join } from 'node:path';
import { BlobBody } from './blob-body.ts';
import { Blobs } from './blobs.ts';
import type { S3Persistence, S3Store, S3Upload } from './emulator-parts.ts';
import { ObjectFiles } from './object-files.ts';
import { UploadFiles } from './upload-files.ts';

export interface DiskPersistence extends S3Persistence {
  readonly blobs: Blobs;
  pendingUpload(uploadId: string): S3Upload | undefined;
}

/**
 * Has fauxqs keep buckets, objects and uploads in a directory, and no bytes in memory: bodies are `BlobBody`s,
 * which the code of fauxqs uses as it would a Buffer. What a kill leaves behind is removed at the next start.
 */
export function createPersistence(directory: string): DiskPersistence {
  const blobs = new Blobs(join(directory, 'blobs'));
  const objects = new ObjectFiles(directory, blobs);
  const uploads = new UploadFiles(directory, blobs);

  function loadS3(store: S3Store): void {
    objects.load(store);
    const ofObjects = new Set([...objects.blobs()].map(({ id }) => id));
    uploads.load(store, ofObjects);
    blobs.removeAllBut(ofObjects.union(new Set([...uploads.blobs()].map(({ id }) => id))));
  }

  return {
    blobs,
    pendingUpload: (uploadId) => uploads.get(uploadId),
    insertBucket: (name, creationDate, type) => objects.insertBucket(name, creationDate, type),
    deleteBucket: (name) => objects.deleteBucket(name),
    saveBucketLifecycleConfiguration: (name, lifecycle) => objects.setLifecycle(name, lifecycle),
    deleteBucketLifecycleConfiguration: (name) => objects.setLifecycle(name, undefined),
    upsertObject: (bucket, object) => objects.upsert(bucket, object),
    deleteObject: (bucket, key) => objects.delete(bucket, key),
    deleteObjectsByBucket: (bucket) => objects.deleteObjects(bucket),
    deleteAllObjects() {
      for (const bucket of objects.bucketNames) objects.deleteObjects(bucket);
    },
    renameObject: (bucket, sourceKey, key) => objects.rename(bucket, sourceKey, key),
    readBody: (bucket, key) => objects.read(bucket, key) as unknown as Buffer,
    insertMultipartUpload: (upload) => uploads.insert(upload),
    upsertMultipartPart: (uploadId, part) => uploads.upsertPart(uploadId, part),
    deleteMultipartUpload: (uploadId) => uploads.delete(uploadId),
    completeMultipartUpload(uploadId, bucket, object) {
      objects.upsert(bucket, object);
      const body: unknown = object.body;
      uploads.delete(uploadId, new Set(body instanceof BlobBody ? body.blobs.map(({ id }) => id) : []));
    },
    deleteAllMultipartUploads: () => uploads.deleteAll(),
    loadS3,
    purgeAll() {
      uploads.deleteAll();
      for (const bucket of objects.bucketNames) objects.deleteBucket(bucket);
    },
    // No file stays open.
    close: () => undefined,
  };
}
