import type { buildApp } from 'fauxqs';
import { fauxqsPart } from '../fauxqs.ts';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/** What fauxqs knows of buckets, objects and uploads. */
export type S3Store = Stores['s3Store'];
export type S3Object = ReturnType<S3Store['getObject']>;
export type S3Upload = Parameters<S3Store['restoreMultipartUpload']>[0];
export type S3Part = S3Upload['parts'] extends Map<number, infer Part> ? Part : never;
/** Where fauxqs has what it knows written. */
export type S3Persistence = NonNullable<S3Store['persistence']>;

/** The parts of fauxqs that it does not export. */
export interface EmulatorParts {
  readonly S3Store: new () => S3Store;
  readonly S3Error: new (code: string, message: string, status: number, resource?: string) => Error;
  computeCompositeChecksum(algorithm: string, partChecksums: readonly string[]): string;
}

/** Throws when this version of fauxqs no longer has them. */
export async function loadEmulatorParts(): Promise<EmulatorParts> {
  const [S3Store, S3Error, computeCompositeChecksum] = await Promise.all([
    fauxqsPart<EmulatorParts['S3Store']>('s3/s3Store.js', 'S3Store'),
    fauxqsPart<EmulatorParts['S3Error']>('common/errors.js', 'S3Error'),
    fauxqsPart<EmulatorParts['computeCompositeChecksum']>('s3/checksum.js', 'computeCompositeChecksum'),
  ]);
  return { S3Store, S3Error, computeCompositeChecksum };
}

type ListOptions = NonNullable<Parameters<S3Store['listObjects']>[1]>;
type Listing = ReturnType<S3Store['listObjects']>;

const MAX_KEYS = 1000;

/** What a key is listed as: itself, or the prefix that it has in common with others. */
function commonPrefixOf(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** fauxqs has the next page begin after the last object, so that this one must not end with a prefix behind it. */
function untilLastObject(objects: readonly S3Object[], commonPrefixes: ReadonlySet<string>): string[] {
  const last = objects.at(-1)?.key;
  return [...commonPrefixes].filter((prefix) => last === undefined || prefix < last);
}

/**
 * A page of a listing, in the order of the keys' characters. fauxqs sorts as people do and continues by
 * characters, so that keys are left out between its pages.
 */
export function pageOf(all: readonly S3Object[], options: ListOptions): Listing {
  const { prefix = '', delimiter, maxKeys = MAX_KEYS, startAfter, marker } = options;
  const after = startAfter || marker || '';
  const objects: S3Object[] = [];
  const commonPrefixes = new Set<string>();
  const sorted = all.filter(({ key }) => key.startsWith(prefix) && key > after);
  sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const object of sorted) {
    const common = commonPrefixOf(object.key, prefix, delimiter);
    // Listed already, here or on an earlier page.
    if (common !== undefined && (commonPrefixes.has(common) || common <= after)) continue;
    if (objects.length + commonPrefixes.size >= maxKeys) {
      return { objects, commonPrefixes: untilLastObject(objects, commonPrefixes), isTruncated: true };
    }
    if (common === undefined) objects.push(object);
    else commonPrefixes.add(common);
  }
  return { objects, commonPrefixes: [...commonPrefixes], isTruncated: false };
}
