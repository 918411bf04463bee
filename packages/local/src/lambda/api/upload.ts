import { AwsError } from '../../aws.ts';
import type { StoredCode } from '../../package/code-store.ts';
import type { Members } from '../../protocol/members.ts';
import { type ApiContext, invalidParameter } from './operation.ts';

/** Code and layers may come as an archive, or lie in S3. */
export const CODE_MEMBERS = ['ZipFile', 'S3Bucket', 'S3Key', 'S3ObjectVersion'] as const;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ZIP_BYTES = 50 * 1024 * 1024;

/**
 * Unzips the code that a call gives or names. Throws `InvalidParameterValueException` for what is no archive, or not
 * there.
 */
export async function storeUpload(members: Members, { code, objects }: ApiContext): Promise<StoredCode> {
  const archive = await archiveOf(members, objects);
  try {
    return await code.unzip(archive);
  } catch (error) {
    // What S3 or the disk says is not of the archive.
    if (error instanceof AwsError || typeof Object(error).code === 'string') throw error;
    throw invalidParameter(
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    );
  }
}

async function archiveOf(
  members: Members,
  objects: ApiContext['objects'],
): Promise<AsyncIterable<Uint8Array>> {
  const zipFile = members.optionalText('ZipFile');
  const bucket = members.optionalText('S3Bucket');
  const key = members.optionalText('S3Key');
  if ((zipFile === undefined) === (bucket === undefined && key === undefined)) {
    throw invalidParameter(
      'Please provide a source for function code: either ZipFile, or S3Bucket and S3Key.',
    );
  }
  if (zipFile !== undefined) return decoded(zipFile);
  if (bucket === undefined || key === undefined) {
    throw invalidParameter('Please provide both S3Bucket and S3Key.');
  }
  if (members.optionalText('S3ObjectVersion') !== undefined) {
    throw invalidParameter('The laptop runtime keeps one version of an object: leave S3ObjectVersion out.');
  }
  try {
    return await objects.read(bucket, key);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}

async function* decoded(zipFile: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(zipFile, 'base64');
  if (bytes.length > MAX_ZIP_BYTES) {
    throw new AwsError(
      'RequestEntityTooLargeException',
      `The archive is larger than ${MAX_ZIP_BYTES} bytes.`,
      413,
    );
  }
  yield bytes;
}
