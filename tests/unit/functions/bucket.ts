import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from '@jest/globals';
import { buildApp } from 'fauxqs';

/** Amazon S3 in this process, with one bucket. */
interface BucketFixture {
  readonly url: string;
  readonly bucket: string;
  readonly client: S3Client;
  read(key: string): Promise<string>;
  stop(): Promise<void>;
}

async function startBucket(bucket = 'fleet'): Promise<BucketFixture> {
  const app = buildApp({ logger: false, defaultRegion: 'us-east-1' });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ region: 'us-east-1', endpoint: url, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    url,
    bucket,
    client,
    async read(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
    async stop() {
      client.destroy();
      await app.close();
    },
  };
}

/** One for the tests of a file, which functions find in their environment. Read `at` within tests only. */
export function useBucket(): { readonly at: BucketFixture } {
  let fixture: BucketFixture | undefined;
  beforeAll(async () => {
    fixture = await startBucket();
    process.env['AWS_ENDPOINT_URL_S3'] = fixture.url;
  });
  afterAll(() => fixture?.stop());
  return {
    get at() {
      if (fixture === undefined) throw new Error('There is no bucket outside of tests.');
      return fixture;
    },
  };
}
