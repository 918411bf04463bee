import { validationError } from './errors.ts';
import type { Input } from './input.ts';

const PAGE_SIZE = 100;

/** A page of a list, as `NextToken` asks for it. Throws `ValidationError`. */
export function pageOf<T>(
  items: readonly T[],
  input: Input,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const start = startOf(input.optionalText('NextToken'));
  const end = start + PAGE_SIZE;
  const next = end < items.length ? { NextToken: Buffer.from(`from ${end}`).toString('base64url') } : {};
  return { items: items.slice(start, end), next };
}

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, start] = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (start === undefined) throw validationError('NextToken is none that this operation has given.');
  return Number(start);
}
