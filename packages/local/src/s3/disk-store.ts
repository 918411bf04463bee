import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BlobBody, Blobs } from './blobs.ts';
import {
  type EmulatorParts,
  loadEmulatorParts,
  pageOf,
  type S3Object,
  type S3Part,
  type S3Persistence,
  type S3Store,
  type S3Upload,
} from './emulator-parts.ts';
import { ObjectFiles, UploadFiles } from './object-files.ts';

interface DiskPersistence extends S3Persistence {
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

type PartSpecs = readonly { readonly partNumber: number; readonly etag: string }[];

/** All but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 1024 * 1024;

const unquoted = (etag: string): string => etag.replaceAll('"', '');

/** The parts that CompleteMultipartUpload names. Throws S3's InvalidPartOrder, InvalidPart or EntityTooSmall. */
function chosenParts(upload: S3Upload, specs: PartSpecs, { S3Error }: EmulatorParts): S3Part[] {
  const isOrdered = specs.every(({ partNumber }, index) => partNumber > (specs[index - 1]?.partNumber ?? 0));
  if (!isOrdered) throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.', 400);
  return specs.map(({ partNumber, etag }, index) => {
    const part = upload.parts.get(partNumber);
    if (part === undefined || unquoted(part.etag) !== unquoted(etag)) {
      throw new S3Error(
        'InvalidPart',
        `The part ${partNumber} could not be found, or its ETag differs.`,
        400,
      );
    }
    if (index < specs.length - 1 && part.body.length < MIN_PART_BYTES) {
      throw new S3Error(
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
        400,
      );
    }
    return part;
  });
}

function checksumMembers(
  { checksumAlgorithm }: S3Upload,
  parts: readonly S3Part[],
  emulator: EmulatorParts,
): Partial<S3Object> {
  const partChecksums = parts.flatMap(({ checksumValue }) => checksumValue ?? []);
  if (checksumAlgorithm === undefined || partChecksums.length === 0) return {};
  const checksumValue = emulator.computeCompositeChecksum(checksumAlgorithm, partChecksums);
  return { checksumAlgorithm, checksumValue, checksumType: 'COMPOSITE', partChecksums };
}

function boundariesOf(parts: readonly S3Part[]): NonNullable<S3Object['parts']> {
  let offset = 0;
  return parts.map(({ partNumber, body: { length } }) => {
    const boundary = { partNumber, offset, length };
    offset += length;
    return boundary;
  });
}

/** The MD5 of the parts' MD5s. */
function etagOf(parts: readonly S3Part[]): string {
  const digests = parts.map(({ etag }) => Buffer.from(unquoted(etag), 'hex'));
  return `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`;
}

/** Makes an object of an upload's parts as they lie on disk, where fauxqs would copy them together in memory. */
function completedObject(
  upload: S3Upload,
  specs: PartSpecs,
  { blobs }: DiskPersistence,
  emulator: EmulatorParts,
): S3Object {
  const { uploadId: _, bucket: __, parts: ___, initiated: ____, ...members } = upload;
  const parts = chosenParts(upload, specs, emulator);
  const ofParts = parts.flatMap(({ body }) => (body as unknown as BlobBody).blobs);
  const body = BlobBody.of(blobs, ofParts);
  return {
    ...members,
    body: body as unknown as Buffer,
    contentLength: body.length,
    etag: etagOf(parts),
    lastModified: new Date(),
    parts: boundariesOf(parts),
    ...checksumMembers(upload, parts, emulator),
  };
}

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
