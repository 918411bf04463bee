import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { assertNotInterrupted, CliError } from '../errors.ts';
import type { Stack } from '../stack.ts';
import type { FleetBucket } from './ports.ts';

const DEVICES = 'devices';

export async function openBucket(s3: S3Client, stack: Stack): Promise<FleetBucket> {
  const Bucket = await stack.fleetBucketName();
  const explained = (error: unknown, key = ''): unknown => explain(error, { bucket: Bucket, key, stack });
  return {
    name: Bucket,
    async describe(Key) {
      try {
        const { Metadata = {}, LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
        const devices = Number(Metadata[DEVICES]);
        const writtenAtMs = LastModified?.getTime() ?? 0;
        return { writtenAtMs, ...(Number.isSafeInteger(devices) && { devices }) };
      } catch (error) {
        // HEAD has no body that would tell a missing bucket from a missing object, or what is not allowed.
        if (['NotFound', 'NoSuchKey'].includes(nameOf(error))) return undefined;
        if (Object(error).$metadata?.httpStatusCode !== 403) throw explained(error, Key);
        throw new CliError(
          `You may not read ${Key} in the bucket ${Bucket}: docs/operations.md lists the permissions that devicectl needs.`,
          { cause: error },
        );
      }
    },
    async upload(Key, source, { onProgress, signal }) {
      const params = {
        Bucket,
        Key,
        Body: source.read(),
        ContentType: 'text/csv; charset=utf-8',
        Metadata: { [DEVICES]: String(source.devices) },
      };
      const upload = new Upload({ client: s3, params });
      upload.on('httpUploadProgress', ({ loaded = 0 }) => onProgress(loaded));
      const abort = () => void upload.abort();
      signal.addEventListener('abort', abort, { once: true });
      try {
        await upload.done();
      } catch (error) {
        assertNotInterrupted(signal);
        throw explained(error, Key);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    async read(Key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return Body instanceof Readable ? Body : Readable.from([]);
      } catch (error) {
        throw explained(error, Key);
      }
    },
    async *list(Prefix) {
      try {
        for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
          for (const { Key } of Contents) if (Key !== undefined) yield Key;
        }
      } catch (error) {
        throw explained(error, Prefix);
      }
    },
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly stack: Stack;
}

function explain(error: unknown, { bucket, key, stack }: Place): unknown {
  switch (nameOf(error)) {
    case 'NoSuchBucket':
      return new CliError(
        `There is no bucket ${bucket} (${stack.where}): check --stage, --region and --profile, or deploy the stage.`,
        { cause: error },
      );
    case 'NoSuchKey':
      return new CliError(
        `${key} is not in the bucket ${bucket} any more, which keeps it for as long as the stack says: run it again.`,
        { cause: error },
      );
    default:
      return error;
  }
}
