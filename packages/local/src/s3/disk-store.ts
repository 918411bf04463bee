import { BlobBody } from './blob-body.ts';
import { completedObject } from './complete-upload.ts';
import { loadEmulatorParts, type S3Object, type S3Store } from './emulator-parts.ts';
import { pageOf } from './list-objects.ts';
import { createPersistence, type DiskPersistence } from './persistence.ts';

/** fauxqs's S3 with what it has on disk. */
export interface DiskStore {
  readonly store: S3Store;
  readonly persistence: DiskPersistence;
}

/** A copy is made of a body on disk, a write of a Buffer. */
function bufferOf(body: Buffer): Buffer {
  const content: unknown = body;
  return content instanceof BlobBody ? content.toBuffer() : body;
}

const withoutBody = (object: S3Object): S3Object => ({ ...object, body: Buffer.alloc(0) });

/** Opens what is in the directory, or makes it. */
export async function openDiskStore(directory: string): Promise<DiskStore> {
  const emulator = await loadEmulatorParts();
  const store = new emulator.S3Store();
  const persistence = createPersistence(directory);
  persistence.loadS3(store);
  store.persistence = persistence;

  const { putObject, uploadPart, listObjects, completeMultipartUpload } = store;
  store.putObject = (bucket, key, body, ...others) =>
    putObject.call(store, bucket, key, bufferOf(body), ...others);
  store.uploadPart = (uploadId, partNumber, body, ...others) =>
    uploadPart.call(store, uploadId, partNumber, bufferOf(body), ...others);
  store.listObjects = (bucket, options = {}) =>
    pageOf(listObjects.call(store, bucket, { maxKeys: Number.POSITIVE_INFINITY }).objects, options);
  store.completeMultipartUpload = (uploadId, specs) => {
    const upload = persistence.pendingUpload(uploadId);
    // Answers that there is no such upload, or no such bucket any longer.
    if (upload === undefined || !store.hasBucket(upload.bucket)) {
      return completeMultipartUpload.call(store, uploadId, specs);
    }
    const object = completedObject(upload, specs, persistence, emulator);
    persistence.completeMultipartUpload(uploadId, upload.bucket, object);
    store.restoreObject(upload.bucket, withoutBody(object));
    store.abortMultipartUpload(uploadId);
    return object;
  };
  return { store, persistence };
}
