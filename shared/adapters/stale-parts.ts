import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CastReturnObject } from 'csv-stringify';
import { stringify } from 'csv-stringify/sync';
import { STALE_COLUMNS, type StaleDevice } from '../domain/stale.ts';
import type { StaleFiles } from '../ports.ts';
import { callS3 } from './s3-calls.ts';

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
      columns: [...STALE_COLUMNS],
      cast: { string: (value, { column }) => (column === 'deviceId' ? asItIs(value) : value) },
      escape_formulas: true,
    },
  );

/** Writes parts into a bucket, as CSV. */
export const createStaleParts = (client: S3Client, bucket: string): Pick<StaleFiles, 'write'> => ({
  async write(key, devices) {
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: toCsv(devices),
      ContentType: 'text/csv',
    });
    await callS3(() => client.send(put));
  },
});
