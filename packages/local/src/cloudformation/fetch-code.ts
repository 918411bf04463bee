import { AwsError } from '../aws.ts';
import type { CodeStore } from '../package/code-store.ts';
import type { ObjectStore } from '../states/distributed/object-store.ts';
import type { CodeLocation } from '../template/code-location.ts';
import { codeKey, type NeededCode } from './plan.ts';
import type { UnzippedArchive } from './stack-record.ts';

export interface FetchedCode {
  /** By `codeKey`. */
  readonly code: Readonly<Record<string, UnzippedArchive>>;
  /** Why a resource's code is not to be had, by logical id. */
  readonly missing: ReadonlyMap<string, Error>;
}

/** Where code comes from. */
export interface CodeSources {
  readonly store: CodeStore;
  readonly objects: Pick<ObjectStore, 'read'>;
  /** Directories of code that is to stay, whether stacks have it or not: versions of functions are made of it. */
  inUse(): ReadonlySet<string>;
}

/**
 * Fetches code that is not there yet. As on AWS, an object that is another one now is not looked at again: CloudFormation
 * goes by where the code is, not by what it is.
 */
export async function fetchCode(
  sources: CodeSources,
  needed: readonly NeededCode[],
  known: Readonly<Record<string, UnzippedArchive>>,
): Promise<FetchedCode> {
  const code: Record<string, UnzippedArchive> = {};
  const missing = new Map<string, Error>();
  for (const { logicalId, location } of needed) {
    const key = codeKey(location);
    try {
      code[key] ??= known[key] ?? (await fetchOne(sources, location));
    } catch (error) {
      missing.set(logicalId, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { code, missing };
}

async function fetchOne({ store, objects }: CodeSources, location: CodeLocation): Promise<UnzippedArchive> {
  // As Lambda names it: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
  if ('zipFile' in location) return { directory: await store.file('index.js', location.zipFile) };
  const archive = await read(objects, location.bucketName, location.key);
  try {
    const { directory, ...known } = await store.unzip(archive);
    return { directory, archive: known };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Could not unzip uploaded file. Please check your file, then try to upload again. (${reason})`,
      {
        cause,
      },
    );
  }
}

async function read(objects: CodeSources['objects'], bucketName: string, key: string) {
  try {
    return await objects.read(bucketName, key);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new Error(
      `Error occurred while GetObject. S3 Error Code: ${cause.code}. S3 Error Message: ${cause.message} (${bucketName}/${key})`,
      { cause },
    );
  }
}
