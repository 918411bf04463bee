import type { Members } from './members.ts';

/** What a listing's request and answer call their members, and how much a page may hold. */
export interface PageNames {
  /** Of the request: how many to list at the most. Absent where the caller cannot say. */
  readonly size?: string;
  /** Of the request: where to go on. */
  readonly token: string;
  /** Of the answer: where the next page begins. */
  readonly next: string;
  readonly defaultSize: number;
  readonly maxSize: number;
}

/** A page of a listing; `next` is a part of the answer, without members where this is the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: Readonly<Record<string, string>>;
}

/**
 * A page of what is listed. With `keyOf`, by which `all` is in order (up or down), a token names the last key of its
 * page, so that what is added or removed meanwhile moves nothing; without it, a token is a position.
 * Throws what the members' service has for a size or token that is none.
 */
export function pageOf<T>(
  all: readonly T[],
  members: Members,
  names: PageNames,
  keyOf?: (item: T) => string,
): Page<T> {
  const { size: sizeName, token: tokenName, next, defaultSize, maxSize } = names;
  const size =
    sizeName === undefined
      ? defaultSize
      : (members.optionalWhole(sizeName, { least: 1, most: maxSize }) ?? defaultSize);
  const rest = restOf(all, tokenOf(members, tokenName), keyOf);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  if (last === undefined || rest.length === items.length) return { items, next: {} };
  const position = keyOf === undefined ? String(all.length - rest.length + size) : keyOf(last);
  return { items, next: { [next]: Buffer.from(`${PREFIX}${position}`).toString('base64url') } };
}

const PREFIX = 'after ';

function tokenOf(members: Members, name: string): string | undefined {
  const token = members.optionalText(name);
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (text.startsWith(PREFIX)) return text.slice(PREFIX.length);
  throw members.invalid(name, 'Member must be a token that the listing has given');
}

function restOf<T>(
  all: readonly T[],
  after: string | undefined,
  keyOf: ((item: T) => string) | undefined,
): readonly T[] {
  if (after === undefined) return all;
  if (keyOf === undefined) return all.slice(Number(after));
  const [first, last] = [all[0], all.at(-1)];
  const isUp = first === undefined || last === undefined || keyOf(first) <= keyOf(last);
  return all.filter((item) => (isUp ? keyOf(item) > after : keyOf(item) < after));
}
