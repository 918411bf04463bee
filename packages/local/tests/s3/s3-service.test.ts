import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { all } from '@device-lifecycle/test-kit/object-store.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { type S3, startS3 } from '../../src/s3/s3-service.ts';
import { readItems } from '../../src/states/distributed/item-reader.ts';
import { openResultWriter } from '../../src/states/distributed/result-writer.ts';

const MIB = 1024 * 1024;
const Bucket = 'fleet';

let root: string;
let s3: S3;
let endpoint: Endpoint;
let client: S3Client;
let told: string[];

async function start(directory: string): Promise<void> {
  s3 = await startS3({ region: 'us-east-1', directory });
  await s3.buckets.put({ bucketName: Bucket });
  const tell = (message: string): void => {
    told.push(message);
  };
  const log = { info: tell, warn: tell, error: tell };
  endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services: { s3: s3.handle }, log });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new S3Client({ region: 'us-east-1', endpoint: endpoint.url, forcePathStyle: true, credentials });
}

async function stop(): Promise<void> {
  client.destroy();
  await endpoint.close();
  await s3.close();
}

beforeEach(async () => {
  told = [];
  root = mkdtempSync(join(tmpdir(), 's3-test-'));
  await start(join(root, 'data'));
});

afterEach(async () => {
  await stop();
  rmSync(root, { recursive: true });
  expect(told).toEqual([]);
});

/** Bytes of which no two MiB are alike. */
function bytesOf(length: number): Buffer {
  const bytes = Buffer.alloc(length, 'device-00000001,SN\n');
  for (let at = 0; at + 4 <= length; at += MIB) bytes.writeUInt32BE(at, at);
  return bytes;
}

const put = (Key: string, Body: string | Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body }));

async function get(Key: string, Range?: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
const blobCount = (): number => readdirSync(join(root, 'data', 'blobs')).length;

/** What ListObjectsV2 tells with "/" as the delimiter, in as many pages as it takes. */
async function listed(MaxKeys: number): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const input = { Bucket, MaxKeys, Delimiter: '/', ContinuationToken };
    const page = await client.send(new ListObjectsV2Command(input));
    found.push(...(page.Contents ?? []).map(({ Key }) => Key));
    found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

async function twoParts(Key: string) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const parts = [bytesOf(5 * MIB), Buffer.from('the end')];
  const Parts = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  return { UploadId, Parts, bytes: Buffer.concat(parts) };
}

describe('S3', () => {
  it('takes a large object in one request, with the checksum that the SDK sends after it', async () => {
    const bytes = bytesOf(12 * MIB);
    const Body = Readable.from([bytes.subarray(0, 7 * MIB), bytes.subarray(7 * MIB)]);
    await client.send(new PutObjectCommand({ Bucket, Key: 'large', Body, ContentLength: bytes.length }));
    expect(md5(await get('large'))).toBe(md5(bytes));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'large', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentLength: bytes.length, ETag: `"${md5(bytes)}"` });
    expect(head.ChecksumCRC32).toMatch(/^[\w+/]{6}==$/);
  });

  it('takes an upload in parts, and gives it back whole, in ranges and by its parts', async () => {
    const bytes = bytesOf(11 * MIB + 5);
    const params = { Bucket, Key: 'many/parts', Body: Readable.from([bytes], { objectMode: false }) };
    await new Upload({ client, params }).done();
    expect(md5(await get('many/parts'))).toBe(md5(bytes));
    expect(await get('many/parts', `bytes=${5 * MIB - 3}-${5 * MIB + 2}`)).toEqual(
      bytes.subarray(5 * MIB - 3, 5 * MIB + 3),
    );
    expect(await get('many/parts', 'bytes=-5')).toEqual(bytes.subarray(-5));
    const part = await client.send(new GetObjectCommand({ Bucket, Key: 'many/parts', PartNumber: 3 }));
    expect(part).toMatchObject({ ContentLength: MIB + 5, ETag: expect.stringMatching(/-3"$/) });
    expect(md5(Buffer.from((await part.Body?.transformToByteArray()) ?? []))).toBe(
      md5(bytes.subarray(10 * MIB)),
    );
  });

  it('closes the files of a download that is given up', async () => {
    const openFiles = () =>
      readdirSync('/dev/fd').filter((fd) => {
        try {
          return readlinkSync(`/dev/fd/${fd}`).startsWith(root);
        } catch {
          return false;
        }
      });
    await put('large', bytesOf(20 * MIB));
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    for await (const _ of Body as Readable) break;
    await eventually(async () => expect(openFiles()).toEqual([]));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'large' }));
    expect(blobCount()).toBe(0);
  });

  it('goes on reading an object that is written over or removed meanwhile', async () => {
    await put('key', 'before');
    const [overwritten, removed] = [
      await s3.objects.read(Bucket, 'key'),
      await s3.objects.read(Bucket, 'key'),
    ];
    await put('key', 'after');
    expect(Buffer.concat(await all(overwritten)).toString()).toBe('before');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
    expect(blobCount()).toBe(1);
    expect(Buffer.concat(await all(removed)).toString()).toBe('before');
    await expect(s3.objects.read(Bucket, 'key')).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 });
    expect(blobCount()).toBe(0);
  });

  it('takes any key, and an object without a byte', async () => {
    const keys = ['a', 'a/b', 'a.json', '..x', 'a//b', 'ü 😀?#%2F+&<', 'x'.repeat(1000)];
    for (const key of keys) await put(key, key);
    for (const key of keys) expect((await get(key)).toString()).toBe(key);
    await put('empty', Buffer.alloc(0));
    expect(await get('empty')).toHaveLength(0);
  });

  it('copies an object, and keeps the copy when the first is removed', async () => {
    await put('first', 'text');
    await client.send(new CopyObjectCommand({ Bucket, Key: 'second', CopySource: 'fleet/first' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'first' }));
    expect((await get('second')).toString()).toBe('text');
  });

  it('lists by characters, page by page, without leaving a key out', async () => {
    const keys = ['A', 'B', 'a', 'a-1', 'a0', 'b/1', 'b/2', 'ü'];
    for (const key of [...keys].reverse()) await put(key, key);
    expect(await all(s3.objects.list(Bucket, ''))).toMatchObject(keys.map((Key) => ({ Key })));
    for (const MaxKeys of [1, 2, 3]) {
      // A page has its objects before its prefixes.
      expect((await listed(MaxKeys)).toSorted()).toEqual(['A', 'B', 'a', 'a-1', 'a0', 'b/', 'ü']);
    }
  });

  it('keeps nothing of what is written into a bucket that is removed meanwhile, or of what fails', async () => {
    async function* interrupted(act: () => Promise<unknown>) {
      yield Buffer.from('some');
      await act();
    }
    const fail = () => Promise.reject(new Error('No more.'));
    await expect(s3.objects.write(Bucket, 'key', interrupted(fail))).rejects.toThrow('No more.');
    const remove = () => client.send(new DeleteBucketCommand({ Bucket }));
    const write = s3.objects.write(Bucket, 'key', interrupted(remove));
    await expect(write).rejects.toMatchObject({ code: 'NoSuchBucket' });
    expect(blobCount()).toBe(0);
  });

  it('removes a bucket that is empty, and makes it again', async () => {
    await put('key', 'text');
    const remove = () => client.send(new DeleteBucketCommand({ Bucket }));
    await expect(remove()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
    await remove();
    await expect(all(s3.objects.list(Bucket, ''))).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(s3.objects.read(Bucket, 'key')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await s3.buckets.put({ bucketName: Bucket });
    await put('key', 'text');
    expect((await get('key')).toString()).toBe('text');
  });

  it('refuses what S3 refuses', async () => {
    await expect(get('none')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const input = { Bucket: 'none', Key: 'key', Body: 'text' };
    await expect(client.send(new PutObjectCommand(input))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(s3.buckets.put({ bucketName: 'Fleet' })).rejects.toMatchObject({
      code: 'InvalidBucketName',
    });
    const { UploadId, Parts } = await twoParts('key');
    const complete = (parts: typeof Parts) => {
      const MultipartUpload = { Parts: parts };
      return client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key: 'key', UploadId, MultipartUpload }),
      );
    };
    await expect(complete([{ PartNumber: 1, ETag: '"0"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(complete(Parts.toReversed())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'key', UploadId }));
    await expect(complete(Parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(blobCount()).toBe(0);
  });

  it('has what it had after it was killed, and nothing of what was not finished', async () => {
    await put('key', 'first');
    await put('key', 'second');
    const { UploadId, Parts, bytes } = await twoParts('parts');
    await s3.objects.write(Bucket, 'written', Readable.from([Buffer.from('some')], { objectMode: false }));
    cpSync(join(root, 'data'), join(root, 'copy'), { recursive: true });
    cpSync(join(root, 'data', 'buckets'), join(root, 'copy', 'blobs'), { recursive: true });
    await stop();

    await start(join(root, 'copy'));
    expect(readdirSync(join(root, 'copy', 'blobs'))).toHaveLength(4);
    expect((await get('key')).toString()).toBe('second');
    expect((await get('written')).toString()).toBe('some');
    const MultipartUpload = { Parts };
    await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload }),
    );
    expect(md5(await get('parts'))).toBe(md5(bytes));
  });

  it('has the object of an upload that was completed, and not yet forgotten, when it was killed', async () => {
    const { UploadId, Parts, bytes } = await twoParts('parts');
    for (const files of ['uploads', 'parts']) {
      cpSync(join(root, 'data', files), join(root, 'copy', files), { recursive: true });
    }
    const upload = { Bucket, Key: 'parts', UploadId };
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    cpSync(join(root, 'data'), join(root, 'copy'), { recursive: true });
    await stop();

    await start(join(root, 'copy'));
    const abort = client.send(new AbortMultipartUploadCommand(upload));
    await expect(abort).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(readdirSync(join(root, 'copy', 'parts'))).toEqual([]);
    expect(md5(await get('parts'))).toBe(md5(bytes));
  });

  it('is what a distributed map reads from and writes its results to', async () => {
    await put('lot.csv', 'deviceId\nd1\nd2\n');
    const Arguments = { Bucket, Key: 'lot.csv' };
    const reader = { Arguments, ReaderConfig: { InputType: 'CSV' } } as const;
    expect(await all(readItems(reader, s3.objects))).toEqual([{ deviceId: 'd1' }, { deviceId: 'd2' }]);

    const writer = await openResultWriter({
      directory: join(root, 'spool'),
      objects: s3.objects,
      bucket: Bucket,
      mapRunArn: 'arn:aws:states:us-east-1:000000000000:mapRun:m/l:u',
    });
    const child = { executionArn: 'e', name: 'n', stateMachineArn: 's', input: '{}' };
    await writer.add({ ...child, status: 'SUCCEEDED', output: '[1,2]' });
    const { Key } = await writer.finish();
    const manifest = JSON.parse((await get(Key)).toString());
    expect(manifest.ResultFiles.SUCCEEDED).toEqual([{ Key: 'u/SUCCEEDED_0.jsonl', Size: 4 }]);
    expect((await get('u/SUCCEEDED_0.jsonl')).toString()).toBe('1\n2\n');
  });
});
