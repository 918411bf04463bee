import { invalidRequest } from '../errors.ts';
import type { Input } from './input.ts';

/** What the members of a listing's request and answer are called. */
interface PageNames {
  readonly defaultSize: number;
  readonly maxSize: number;
  readonly size: 'maxResults' | 'pageSize';
  readonly token: 'nextToken' | 'marker';
  readonly next: 'nextToken' | 'nextMarker';
}

/** Listings of things, and of what belongs to them. */
const BY_TOKEN: PageNames = {
  defaultSize: 25,
  maxSize: 250,
  size: 'maxResults',
  token: 'nextToken',
  next: 'nextToken',
};
/** The listing of topic rules. */
const OF_RULES: PageNames = { ...BY_TOKEN, maxSize: 10_000 };
/** Listings of certificates and policies. */
const BY_MARKER: PageNames = {
  defaultSize: 25,
  maxSize: 250,
  size: 'pageSize',
  token: 'marker',
  next: 'nextMarker',
};
/** The listing of named shadows. */
const OF_SHADOWS: PageNames = {
  defaultSize: 25,
  maxSize: 100,
  size: 'pageSize',
  token: 'nextToken',
  next: 'nextToken',
};

/** Listings of the message broker. */
const OF_BROKER: PageNames = { ...BY_TOKEN, defaultSize: 20, maxSize: 200 };

/** The members of a request for a page, for what lists the members that it takes. */
export const TOKEN_MEMBERS: readonly string[] = [BY_TOKEN.size, BY_TOKEN.token];
export const MARKER_MEMBERS: readonly string[] = [BY_MARKER.size, BY_MARKER.token];

/** A page of a listing, and where the next one starts. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: Readonly<Record<string, string>>;
}

/** A page by `maxResults` and `nextToken`. See {@link pageOf}. */
export function tokenPage<T>(all: readonly T[], input: Input, keyOf: (item: T) => string): Page<T> {
  return pageOf(all, input, keyOf, BY_TOKEN);
}

/** A page of topic rules, by `maxResults` and `nextToken`. See {@link pageOf}. */
export function rulePage<T>(all: readonly T[], input: Input, keyOf: (item: T) => string): Page<T> {
  return pageOf(all, input, keyOf, OF_RULES);
}

/** A page by `pageSize` and `marker`. See {@link pageOf}. */
export function markerPage<T>(all: readonly T[], input: Input, keyOf: (item: T) => string): Page<T> {
  return pageOf(all, input, keyOf, BY_MARKER);
}

/** A page of shadows' names by `pageSize` and `nextToken`. See {@link pageOf}. */
export function shadowPage(names: readonly string[], input: Input): Page<string> {
  return pageOf(names, input, (name) => name, OF_SHADOWS);
}

/** A page of what the message broker lists, by `maxResults` and `nextToken`. See {@link pageOf}. */
export function dataPage<T>(all: readonly T[], input: Input, keyOf: (item: T) => string): Page<T> {
  return pageOf(all, input, keyOf, OF_BROKER);
}

/**
 * A page of what is listed, in the order of its keys, up or down. A token names the last key of its page, so that what
 * is added or deleted meanwhile moves nothing. Throws `InvalidRequestException`.
 */
function pageOf<T>(all: readonly T[], input: Input, keyOf: (item: T) => string, names: PageNames): Page<T> {
  const size = input.optionalNumber(names.size) ?? names.defaultSize;
  if (size < 1 || size > names.maxSize) {
    throw invalidRequest(`${names.size} must be from 1 to ${names.maxSize}.`);
  }
  const rest = restOf(all, input.optionalText(names.token), keyOf, names);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  if (last === undefined || rest.length === items.length) return { items, next: {} };
  return { items, next: { [names.next]: encode(keyOf(last)) } };
}

function restOf<T>(
  all: readonly T[],
  token: string | undefined,
  keyOf: (item: T) => string,
  names: PageNames,
): readonly T[] {
  if (token === undefined) return all;
  const after = decode(token, names);
  const [first, last] = [all[0], all.at(-1)];
  const isUp = first === undefined || last === undefined || keyOf(first) <= keyOf(last);
  return all.filter((item) => (isUp ? keyOf(item) > after : keyOf(item) < after));
}

const PREFIX = 'after ';

function encode(key: string): string {
  return Buffer.from(`${PREFIX}${key}`).toString('base64url');
}

function decode(token: string, names: PageNames): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (text.startsWith(PREFIX)) return text.slice(PREFIX.length);
  throw invalidRequest(`${names.token} is not one that a listing has given.`);
}

/** A key in the order of a number. */
export function sequenceKey(sequence: number): string {
  return String(sequence).padStart(16, '0');
}
