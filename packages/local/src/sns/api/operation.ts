import type { XmlMembers } from '../../query-protocol.ts';
import { invalidParameter } from '../errors.ts';
import type { Publishing } from '../publishing.ts';
import type { Topics } from '../topics.ts';
import type { Input } from './input.ts';

/** What the operations work on. */
export interface ApiContext {
  readonly topics: Topics;
  readonly publishing: Publishing;
  readonly accountId: string;
}

/** Answers a call; nothing is the answer of operations that have none. Throws `AwsError`. */
export type Operation = (input: Input, context: ApiContext) => XmlMembers | undefined;

const PAGE_SIZE = 100;

/** A page of what is listed, from where `NextToken` says. Throws `InvalidParameter` for another token. */
export function pageOf<T>(
  all: readonly T[],
  input: Input,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  const token = input.optionalText('NextToken');
  const [, position] = /^from (\d+)$/.exec(Buffer.from(token ?? '', 'base64url').toString('utf8')) ?? [];
  if (token !== undefined && position === undefined) throw invalidParameter('nextToken');
  const start = Number(position ?? 0);
  const end = start + PAGE_SIZE;
  return {
    items: all.slice(start, end),
    ...(end < all.length && { NextToken: Buffer.from(`from ${end}`).toString('base64url') }),
  };
}

export const mapOf = (record: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(record));
