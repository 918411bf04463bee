import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { useBucket } from './bucket.ts';
import { useFunction } from './function-fixture.ts';

// Before the function, which reads where it is when it is loaded.
const files = useBucket();
const fixture = useFunction(() => import('../../../functions/gather-stale-devices/handler.ts'));

const HEADING = 'deviceId,lastSeenAt,type,serialNumber\n';
const gather = (prefix: string, parts: readonly string[]) =>
  fixture.invoke({ requestId: 'execution-1', source: 'execution', prefix, parts });
const put = (Key: string, Body: string) =>
  files.at.client.send(new PutObjectCommand({ Bucket: files.at.bucket, Key, Body }));

describe('the function gather-stale-devices', () => {
  it('makes one file of the parts, in their order, under a heading', async () => {
    const prefix = 'stale/execution-1/';
    await put(`${prefix}parts/1.csv`, 'a,2026-01-01T00:00:00.000Z,,1\n');
    await put(`${prefix}parts/2.csv`, 'b,2026-01-01T00:00:00.000Z,,2\n');
    const key = `${prefix}stale.csv`;
    expect(await gather(prefix, [`${prefix}parts/2.csv`, `${prefix}parts/1.csv`])).toEqual({
      outcome: 'gathered',
      bucket: 'fleet',
      key,
    });
    expect(await files.at.read(key)).toBe(
      `${HEADING}b,2026-01-01T00:00:00.000Z,,2\na,2026-01-01T00:00:00.000Z,,1\n`,
    );
  });

  it('uploads in parts what is large', async () => {
    const prefix = 'stale/execution-2/';
    const line = `${'x'.repeat(1_023)}\n`;
    const part = line.repeat(4_096);
    await put(`${prefix}parts/1.csv`, part);
    await gather(prefix, [`${prefix}parts/1.csv`, `${prefix}parts/1.csv`]);
    expect(await files.at.read(`${prefix}stale.csv`)).toBe(HEADING + part + part);
  });

  it('makes an empty file when nothing was found', async () => {
    await gather('stale/execution-3/', []);
    expect(await files.at.read('stale/execution-3/stale.csv')).toBe(HEADING);
  });

  it('fails when a part is missing', async () => {
    const prefix = 'stale/execution-4/';
    await expect(gather(prefix, [`${prefix}parts/1.csv`])).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('reads nothing but parts', async () => {
    await expect(gather('stale/execution-5/', ['sources/lot-7.csv'])).rejects.toMatchObject({
      name: 'InvalidInput',
    });
  });
});
