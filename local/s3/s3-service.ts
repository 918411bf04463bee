import type { OutgoingHttpHeaders } from 'node:http';
import { buildApp } from 'fauxqs';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import { openPartDirectory } from '../data/part-directory.ts';
import type { ObjectStore } from '../states/distributed/object-store.ts';
import { type DiskStore, openDiskStore } from './disk-store.ts';
import { createObjectStore } from './object-store.ts';

export interface S3Options {
  readonly region: string;
  /** Where buckets are kept. A temporary directory when absent, which is removed at the end. */
  readonly directory?: string;
}

export interface S3 {
  readonly handle: AwsService;
  readonly objects: ObjectStore;
  /** Makes a bucket, unless it is there already. Throws an {@link AwsError} for a name that S3 does not take. */
  createBucket(bucketName: string): Promise<void>;
  close(): Promise<void>;
}

type Method = 'DELETE' | 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'PUT' | 'OPTIONS';

/** What the endpoint takes as well. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Set anew by whoever sends the request or the response on. */
const DROPPED_HEADERS = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

function requestHeaders({ headers }: AwsRequest): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === 'content-length' || DROPPED_HEADERS.has(name)) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return kept;
}

function responseHeaders(headers: OutgoingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !DROPPED_HEADERS.has(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** fauxqs with S3 alone, in this process and without a port. */
function startApp(store: DiskStore['store'], region: string): ReturnType<typeof buildApp> {
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
  const app = startApp(disk.store, region);

  async function handle(request: AwsRequest): Promise<AwsResponse> {
    const query = request.query.size === 0 ? '' : `?${request.query}`;
    const response = await app.inject({
      method: request.method as Method,
      url: request.path + query,
      headers: requestHeaders(request),
      ...(request.body.length === 0 ? {} : { payload: request.body }),
      payloadAsStream: true,
    });
    const stream = response.stream();
    // When the client goes away, so that the object's files are closed.
    stream.once('close', () => response.raw.res.destroy());
    return { status: response.statusCode, headers: responseHeaders(response.headers), body: '', stream };
  }

  return {
    handle,
    objects: createObjectStore(disk),
    async createBucket(bucketName) {
      try {
        disk.store.createBucket(bucketName);
      } catch (cause) {
        throw new AwsError('InvalidBucketName', `S3 did not make ${bucketName}: ${Object(cause).message}`);
      }
    },
    async close() {
      await app.close();
      await root.close();
    },
  };
}
