import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { CastReturnObject } from 'csv-stringify';
import { stringify } from 'csv-stringify/sync';
import type { StaleDevice } from '../domain/stale.ts';
import { ServiceUnavailable, Throttled } from '../errors.ts';
import type { StaleFiles } from '../ports.ts';
import { isUnanswered } from './unanswered.ts';

const HEADING = 'deviceId,lastSeenAt,type,serialNumber\n';

/** How Amazon S3 says that it is too much. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const THROTTLES = new Set(['SlowDown', 'ThrottlingException', 'RequestLimitExceeded']);

/** Names the passing fault that an error stands for; any other error as it is. */
function fault(error: unknown): unknown {
  if (THROTTLES.has(Object(error).name)) {
    return new Throttled('Amazon S3 throttled the request. Try again.', { cause: error });
  }
  return isUnanswered(error)
    ? new ServiceUnavailable('Amazon S3 does not answer. Try again.', { cause: error })
    : error;
}

async function call<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw fault(error);
  }
}

/** The library's types do not know that a field can have this option. */
const asItIs = (value: string) => ({ value, escape_formulas: false }) as CastReturnObject;

/**
 * A spreadsheet takes what begins with certain signs for a formula, and devices choose their types and serial numbers
 * themselves. A deviceId may begin with a hyphen and stays as it is: it cannot hold a formula.
 */
const toCsv = (devices: readonly StaleDevice[]): string =>
  stringify(
    devices.map(({ lastSeenAt, ...device }) => ({
      ...device,
      lastSeenAt: new Date(lastSeenAt).toISOString(),
    })),
    {
      columns: ['deviceId', 'lastSeenAt', 'type', 'serialNumber'],
      cast: { string: (value, { column }) => (column === 'deviceId' ? asItIs(value) : value) },
      escape_formulas: true,
    },
  );

/** Files in a bucket, as CSV. */
export function createStaleFiles(client: S3Client, bucket: string): StaleFiles {
  async function* contents(parts: readonly string[]): AsyncGenerator<Uint8Array> {
    yield Buffer.from(HEADING);
    for (const part of parts) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: part }));
      yield* Body as AsyncIterable<Uint8Array>;
    }
  }
  return {
    async write(key, devices) {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: toCsv(devices),
        ContentType: 'text/csv',
      });
      await call(() => client.send(put));
    },
    async join(parts, key) {
      const Body = Readable.from(contents(parts));
      const params = { Bucket: bucket, Key: key, Body, ContentType: 'text/csv' };
      await call(() => new Upload({ client, params }).done());
    },
  };
}
