import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BlobBody } from './blob-body.ts';
import type { Blob, Blobs } from './blobs.ts';
import type { S3Object, S3Store } from './emulator-parts.ts';
import { JsonFiles } from './json-files.ts';

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
