import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Blob, BlobBody, type Blobs } from './blobs.ts';
import type { S3Object, S3Part, S3Store, S3Upload } from './emulator-parts.ts';

const NEW = '.new';

/** A directory with a JSON file a name, each of which is there as a whole or not at all. */
class JsonFiles<T> {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  set(name: string, value: T): void {
    const path = this.#pathOf(name);
    writeFileSync(path + NEW, JSON.stringify(value));
    renameSync(path + NEW, path);
  }

  delete(name: string): void {
    rmSync(this.#pathOf(name), { force: true });
  }

  /** Removes the directory with all that is in it. */
  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  all(): T[] {
    const names = readdirSync(this.#directory).filter((name) => name.endsWith('.json'));
    return names.map((name) => JSON.parse(readFileSync(join(this.#directory, name), 'utf8')) as T);
  }

  #pathOf(name: string): string {
    return join(this.#directory, `${name}.json`);
  }
}

type BucketType = 'general-purpose' | 'directory';

interface StoredBucket {
  readonly name: string;
  readonly createdAtMs: number;
  readonly type: BucketType;
  /** XML. */
  readonly lifecycle?: string;
}

interface StoredObject extends Omit<S3Object, 'body' | 'lastModified'> {
  readonly modifiedAtMs: number;
  readonly blobs: readonly Blob[];
}

/** Keys may be anything that a file's name may not. */
function fileNameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** A bucket with its objects, each in a JSON file that names the blobs with its bytes. */
class BucketFiles {
  readonly objects = new Map<string, StoredObject>();
  readonly files: JsonFiles<StoredObject>;
  description: StoredBucket;

  constructor(files: JsonFiles<StoredObject>, description: StoredBucket) {
    this.files = files;
    this.description = description;
    for (const object of files.all()) this.objects.set(object.key, object);
  }
}

/** The buckets and objects that fauxqs has, on disk. An object is there once its JSON file is. */
export class ObjectFiles {
  readonly #blobs: Blobs;
  readonly #directory: string;
  readonly #descriptions: JsonFiles<StoredBucket>;
  readonly #buckets = new Map<string, BucketFiles>();

  constructor(directory: string, blobs: Blobs) {
    this.#directory = directory;
    this.#blobs = blobs;
    this.#descriptions = new JsonFiles(join(directory, 'buckets'));
    for (const description of this.#descriptions.all()) this.#open(description);
  }

  get bucketNames(): string[] {
    return [...this.#buckets.keys()];
  }

  load(store: S3Store): void {
    for (const [name, { description, objects }] of this.#buckets) {
      store.createBucket(name, description.type);
      store.setBucketCreationDate(name, new Date(description.createdAtMs));
      if (description.lifecycle !== undefined) {
        store.restoreBucketLifecycleConfiguration(name, description.lifecycle);
      }
      for (const { blobs: _, modifiedAtMs, ...members } of objects.values()) {
        store.restoreObject(name, {
          ...members,
          lastModified: new Date(modifiedAtMs),
          body: Buffer.alloc(0),
        });
      }
    }
  }

  *blobs(): Generator<Blob> {
    for (const { objects } of this.#buckets.values()) {
      for (const { blobs } of objects.values()) yield* blobs;
    }
  }

  insertBucket(name: string, creationDate: Date, type: BucketType): void {
    const description = { name, createdAtMs: creationDate.getTime(), type };
    this.#descriptions.set(name, description);
    this.#open(description);
  }

  deleteBucket(name: string): void {
    this.deleteObjects(name);
    this.#descriptions.delete(name);
    this.#bucket(name).files.remove();
    this.#buckets.delete(name);
  }

  setLifecycle(name: string, lifecycle: string | undefined): void {
    const bucket = this.#bucket(name);
    const { lifecycle: _, ...others } = bucket.description;
    bucket.description = lifecycle === undefined ? others : { ...others, lifecycle };
    this.#descriptions.set(name, bucket.description);
  }

  upsert(bucketName: string, { body, lastModified, ...members }: S3Object): void {
    const content: unknown = body;
    const blobs = content instanceof BlobBody ? content.blobs : [this.#blobs.write(body)];
    this.#set(bucketName, { ...members, modifiedAtMs: lastModified.getTime(), blobs });
  }

  delete(bucketName: string, key: string): void {
    const { objects, files } = this.#bucket(bucketName);
    const object = objects.get(key);
    if (object === undefined) return;
    objects.delete(key);
    files.delete(fileNameOf(key));
    this.#blobs.remove(object.blobs);
  }

  deleteObjects(bucketName: string): void {
    for (const key of [...this.#bucket(bucketName).objects.keys()]) this.delete(bucketName, key);
  }

  rename(bucketName: string, sourceKey: string, key: string): void {
    const { objects, files } = this.#bucket(bucketName);
    const object = objects.get(sourceKey);
    if (object === undefined || sourceKey === key) return;
    this.#set(bucketName, { ...object, key });
    objects.delete(sourceKey);
    files.delete(fileNameOf(sourceKey));
  }

  read(bucketName: string, key: string): BlobBody {
    const { blobs = [] } = this.#bucket(bucketName).objects.get(key) ?? {};
    return BlobBody.of(this.#blobs, blobs);
  }

  #set(bucketName: string, object: StoredObject): void {
    const { objects, files } = this.#bucket(bucketName);
    const before = objects.get(object.key);
    files.set(fileNameOf(object.key), object);
    objects.set(object.key, object);
    this.#blobs.remove(before?.blobs ?? []);
  }

  #open(description: StoredBucket): void {
    const files = new JsonFiles<StoredObject>(join(this.#directory, 'objects', description.name));
    this.#buckets.set(description.name, new BucketFiles(files, description));
  }

  #bucket(name: string): BucketFiles {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new Error(`There are no files of the bucket ${name}.`);
    return bucket;
  }
}

interface StoredUpload extends Omit<S3Upload, 'parts' | 'initiated'> {
  readonly initiatedAtMs: number;
}

interface StoredPart extends Omit<S3Part, 'body' | 'lastModified'> {
  readonly uploadId: string;
  readonly modifiedAtMs: number;
  readonly blob: Blob;
}

const partFileNameOf = ({ uploadId, partNumber }: StoredPart): string => `${uploadId}.${partNumber}`;

/** Multipart uploads that are not completed, on disk: a JSON file each and one a part, which names its blob. */
export class UploadFiles {
  readonly #blobs: Blobs;
  readonly #uploadFiles: JsonFiles<StoredUpload>;
  readonly #partFiles: JsonFiles<StoredPart>;
  readonly #uploads = new Map<string, S3Upload>();
  readonly #parts = new Map<string, Map<number, StoredPart>>();

  constructor(directory: string, blobs: Blobs) {
    this.#blobs = blobs;
    this.#uploadFiles = new JsonFiles(join(directory, 'uploads'));
    this.#partFiles = new JsonFiles(join(directory, 'parts'));
    for (const part of this.#partFiles.all()) this.#partsOf(part.uploadId).set(part.partNumber, part);
    for (const { initiatedAtMs, ...members } of this.#uploadFiles.all()) {
      const parts = new Map<number, S3Part>();
      for (const part of this.#partsOf(members.uploadId).values())
        parts.set(part.partNumber, this.#restore(part));
      this.#uploads.set(members.uploadId, { ...members, initiated: new Date(initiatedAtMs), parts });
    }
  }

  /** @param taken blobs of objects: an upload with such a one was completed when the process was killed */
  load(store: S3Store, taken: ReadonlySet<string>): void {
    for (const [uploadId, upload] of this.#uploads) {
      const isCompleted = [...this.#partsOf(uploadId).values()].some(({ blob }) => taken.has(blob.id));
      if (isCompleted) this.delete(uploadId, taken);
      else store.restoreMultipartUpload(upload);
    }
  }

  *blobs(): Generator<Blob> {
    for (const uploadId of this.#uploads.keys()) {
      for (const { blob } of this.#partsOf(uploadId).values()) yield blob;
    }
  }

  get(uploadId: string): S3Upload | undefined {
    return this.#uploads.get(uploadId);
  }

  insert(upload: S3Upload): void {
    const { parts: _, initiated, ...members } = upload;
    this.#uploadFiles.set(upload.uploadId, { ...members, initiatedAtMs: initiated.getTime() });
    this.#uploads.set(upload.uploadId, upload);
  }

  /** Takes the bytes out of memory: `part` has a {@link BlobBody} from then on. */
  upsertPart(uploadId: string, part: S3Part): void {
    const { body, lastModified, ...members } = part;
    const stored = {
      ...members,
      uploadId,
      modifiedAtMs: lastModified.getTime(),
      blob: this.#blobs.write(body),
    };
    const parts = this.#partsOf(uploadId);
    const before = parts.get(part.partNumber);
    this.#partFiles.set(partFileNameOf(stored), stored);
    parts.set(part.partNumber, stored);
    if (before !== undefined) this.#blobs.remove([before.blob]);
    part.body = this.#restore(stored).body;
  }

  /** Removes an upload and its parts, but not the blobs that an object is made of now. */
  delete(uploadId: string, kept: ReadonlySet<string> = new Set()): void {
    this.#uploadFiles.delete(uploadId);
    this.#uploads.delete(uploadId);
    for (const part of this.#partsOf(uploadId).values()) {
      this.#partFiles.delete(partFileNameOf(part));
      if (!kept.has(part.blob.id)) this.#blobs.remove([part.blob]);
    }
    this.#parts.delete(uploadId);
  }

  deleteAll(): void {
    for (const uploadId of [...this.#uploads.keys()]) this.delete(uploadId);
  }

  #partsOf(uploadId: string): Map<number, StoredPart> {
    const parts = this.#parts.get(uploadId) ?? new Map<number, StoredPart>();
    this.#parts.set(uploadId, parts);
    return parts;
  }

  #restore({ uploadId: _, modifiedAtMs, blob, ...members }: StoredPart): S3Part {
    const body = BlobBody.of(this.#blobs, [blob]) as unknown as Buffer;
    return { ...members, lastModified: new Date(modifiedAtMs), body };
  }
}
