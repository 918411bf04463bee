import { text } from 'node:stream/consumers';
import type { buildApp } from 'fauxqs';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { ObjectStore, ResourceKeeper } from '../contracts.ts';
import { openPartDirectory } from '../data/data-directory.ts';
import { injectionOf, keptHeaders } from '../fauxqs.ts';
import { BlobBody } from './blobs.ts';
import { type DiskStore, openDiskStore } from './disk-store.ts';
import { checkRequest, refusalOf, requireOperation } from './operations.ts';

/** The buckets of the runtime for parts of the runtime: without HTTP, and with nothing of an object in memory. */
function createObjectStore({ store, persistence }: DiskStore): ObjectStore {
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

interface S3Options {
  readonly region: string;
  /** Where buckets are kept. A temporary directory when absent, which is removed at the end. */
  readonly directory?: string;
}

interface BucketDefinition {
  readonly bucketName: string;
}

export interface S3 {
  readonly handle: AwsService;
  readonly objects: ObjectStore;
  /** Buckets. One that holds objects is not removed: `BucketNotEmpty`. */
  readonly buckets: ResourceKeeper<BucketDefinition>;
  close(): Promise<void>;
}

/** What the endpoint takes as well. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

type App = ReturnType<typeof buildApp>;

/** fauxqs with S3 alone, in this process and without a port. */
async function startApp(store: DiskStore['store'], region: string): Promise<App> {
  const { buildApp } = await import('fauxqs');
  const stores = { s3Store: store } as NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  // Its own takes 11 MiB, less than people put at once.
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_, body, done) =>
    done(null, body),
  );
  return app;
}

/** S3 as fauxqs has it, on disk: what is written is in memory for one request, what is read never is as a whole. */
export async function startS3({ region, directory }: S3Options): Promise<S3> {
  const root = await openPartDirectory(directory, 's3-');
  const disk = await openDiskStore(root.path);
  // Started by the first call: the web server that comes with it takes long to load, and much memory.
  let starting: Promise<App> | undefined;
  const started = () => (starting ??= startApp(disk.store, region));

  async function handle(request: AwsRequest): Promise<AwsResponse> {
    checkRequest(request);
    if (requireOperation(request) === 'GetBucketLocation') return location(request.path);
    const app = await started();
    const response = await app.inject({ ...injectionOf(request), payloadAsStream: true });
    const stream = response.stream();
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    if (response.statusCode >= 400 && isJson) throw refusalOf(response.statusCode, await text(stream));
    // When the client goes away, so that the object's files are closed.
    stream.once('close', () => response.raw.res.destroy());
    return { status: response.statusCode, headers: keptHeaders(response.headers), body: '', stream };
  }

  /** Nothing for us-east-1. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
  function location(path: string): AwsResponse {
    const [, bucketName = ''] = path.split('/');
    if (!disk.store.hasBucket(bucketName)) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    }
    const constraint = region === 'us-east-1' ? '' : region;
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${constraint}</LocationConstraint>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  }

  return {
    handle,
    objects: createObjectStore(disk),
    buckets: {
      put: async ({ bucketName }) => withAwsErrors(() => disk.store.createBucket(bucketName)),
      async remove({ bucketName }) {
        if (disk.store.hasBucket(bucketName)) withAwsErrors(() => disk.store.deleteBucket(bucketName));
      },
    },
    async close() {
      await (await starting)?.close();
      await root.close();
    },
  };
}

/** Gives the errors of fauxqs, which are its own, as S3's. */
function withAwsErrors(act: () => void): void {
  try {
    act();
  } catch (cause) {
    const { code, message, statusCode } = Object(cause);
    throw new AwsError(String(code), String(message), statusCode);
  }
}
