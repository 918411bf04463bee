import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { type Endpoint, startEndpoint } from '@device-lifecycle/local/endpoint/endpoint.ts';
import { type S3, startS3 } from '@device-lifecycle/local/s3/s3-service.ts';
import { wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBucket } from '../../src/fleet/bucket.ts';
import type { FleetBucket } from '../../src/fleet/ports.ts';
import type { Source } from '../../src/fleet/source.ts';

const { signal } = new AbortController();

let root: string;
let s3: S3;
let endpoint: Endpoint;
let client: S3Client;
let bucket: FleetBucket;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'bucket-'));
  s3 = await startS3({ region: 'us-east-1', directory: root });
  await s3.buckets.put({ bucketName: await testStack.fleetBucketName() });
  const log = silentLog;
  endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services: { s3: s3.handle }, log });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new S3Client({ region: 'us-east-1', endpoint: endpoint.url, forcePathStyle: true, credentials });
  bucket = await openBucket(client, testStack);
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
  await s3.close();
  rmSync(root, { recursive: true });
});

const sourceOf = (content: string, devices: number): Source => ({
  sha256: 'x',
  devices,
  bytes: content.length,
  read: () => Readable.from([Buffer.from(content)]),
});

describe('the bucket for fleets', () => {
  it('takes sources of one part and of several, and tells how many devices they have', async () => {
    const large = `deviceId\n${'device-0000001\n'.repeat(800_000)}`;
    const seen: number[] = [];
    const options = { onProgress: (bytes: number) => void seen.push(bytes), signal };
    await bucket.upload('sources/small.csv', sourceOf('deviceId\na\n', 1), options);
    await bucket.upload('sources/large.csv', sourceOf(large, 800_000), options);
    expect(seen).toEqual(expect.arrayContaining(['deviceId\na\n'.length, large.length]));
    expect(await bucket.describe('sources/small.csv')).toEqual({
      devices: 1,
      writtenAtMs: expect.any(Number),
    });
    expect(await bucket.describe('sources/large.csv')).toMatchObject({ devices: 800_000 });
    expect((await text(await bucket.read('sources/large.csv'))) === large).toBe(true);
    expect(await Readable.from(bucket.list('sources/')).toArray()).toEqual([
      'sources/large.csv',
      'sources/small.csv',
    ]);
  });

  it('has nothing of an upload that was interrupted', async () => {
    const interrupted = new AbortController();
    async function* endless() {
      for (;;) {
        yield Buffer.alloc(1 << 20);
        // A part of it is on its way.
        if (read > 8) interrupted.abort();
        read += 1;
      }
    }
    let read = 0;
    const source = { sha256: 'x', devices: 1, bytes: 1, read: () => Readable.from(endless()) };
    const options = { onProgress: () => undefined, signal: interrupted.signal };
    await expect(bucket.upload('sources/endless.csv', source, options)).rejects.toMatchObject({
      exitCode: 130,
    });
    expect(await bucket.describe('sources/endless.csv')).toBeUndefined();
  });

  it('has nothing of what is not there', async () => {
    expect(await bucket.describe('sources/none.csv')).toBeUndefined();
    await expect(bucket.read('sources/none.csv')).rejects.toThrow(
      'sources/none.csv is not in the bucket device-lifecycle-dev-fleet',
    );
  });

  it('says what to do when it may not be read', async () => {
    const refusing = new S3Client(wireConfig(() => ({ statusCode: 403, type: 'application/xml', body: '' })));
    const refused = (await openBucket(refusing, testStack)).describe('sources/a.csv');
    await expect(refused).rejects.toThrow(/^You may not read sources\/a\.csv .* lists the permissions/);
  });

  it('says what to do when the stack has none', async () => {
    const other = await openBucket(client, { ...testStack, fleetBucketName: async () => 'none' });
    const options = { onProgress: () => undefined, signal };
    const upload = other.upload('sources/a.csv', sourceOf('deviceId\na\n', 1), options);
    await expect(upload).rejects.toThrow('There is no bucket none (device-lifecycle-dev in a test)');
    await expect(other.read('sources/a.csv')).rejects.toThrow('There is no bucket none');
    await expect(Readable.from(other.list('')).toArray()).rejects.toThrow('There is no bucket none');
  });
});
