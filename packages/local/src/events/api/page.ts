import { validationError } from '../errors.ts';
import type { Members } from '../members.ts';

const MAX_SIZE = 100;

/** The members of a request for a page. */
export const PAGE_MEMBERS = ['Limit', 'NextToken'] as const;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: { readonly NextToken?: string };
}

/** A page of what is listed, by `Limit` and `NextToken`. Throws `ValidationException`. */
export function pageOf<T>(all: readonly T[], request: Members): Page<T> {
  const size = request.optionalWhole('Limit', { least: 1, most: MAX_SIZE }) ?? MAX_SIZE;
  const start = positionOf(request.optionalText('NextToken', { max: 2048 }));
  const end = start + size;
  const next = end < all.length ? { NextToken: Buffer.from(`from ${end}`).toString('base64url') } : {};
  return { items: all.slice(start, end), next };
}

function positionOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const position = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (position === undefined) throw validationError('NextToken is not one that a listing has given.');
  return Number(position);
}
