import type { AwsError } from '../../aws.ts';

/** An object as ListObjectsV2 tells of it. */
export interface ObjectSummary {
  readonly Key: string;
  readonly Size: number;
  /** In quotes, as S3 has it. */
  readonly ETag: string;
  /** Epoch seconds. */
  readonly LastModified: number;
  readonly StorageClass: string;
}

/** S3 as a Distributed Map uses it: nothing of an object is held in memory as a whole. */
export interface ObjectStore {
  /** Throws `AwsError` NoSuchBucket or NoSuchKey. The bytes end early with an error when the object can't be read on. */
  read(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>>;
  /** The object is there only once all of `body` has been taken. Throws `AwsError` NoSuchBucket. */
  write(bucket: string, key: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** In the order of keys. Throws `AwsError` NoSuchBucket at the first step. */
  list(bucket: string, prefix: string): AsyncIterable<ObjectSummary>;
}

/** An error of S3 in the words of AWS's SDK. */
export function s3Answer({ message, status, code }: AwsError): string {
  return `${message} (Service: S3, Status Code: ${status}, Error Code: ${code})`;
}
