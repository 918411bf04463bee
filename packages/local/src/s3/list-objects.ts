import type { S3Object, S3Store } from './emulator-parts.ts';

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
