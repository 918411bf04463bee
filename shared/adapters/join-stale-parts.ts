import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { STALE_COLUMNS } from '../domain/stale.ts';
import type { StaleFiles } from '../ports.ts';
import { callS3 } from './s3-calls.ts';

const HEADING = `${STALE_COLUMNS.join(',')}\n`;

/** Joins parts in a bucket, read and uploaded piece by piece. */
export function createStaleGathering(client: S3Client, bucket: string): Pick<StaleFiles, 'join'> {
  async function* contents(parts: readonly string[]): AsyncGenerator<Uint8Array> {
    yield Buffer.from(HEADING);
    for (const part of parts) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: part }));
      yield* Body as AsyncIterable<Uint8Array>;
    }
  }
  return {
    async join(parts, key) {
      const Body = Readable.from(contents(parts), { objectMode: false });
      const params = { Bucket: bucket, Key: key, Body, ContentType: 'text/csv' };
      await callS3(() => new Upload({ client, params }).done());
    },
  };
}
