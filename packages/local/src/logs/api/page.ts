import { invalidParameter, type Request } from './request.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** A page of what is listed, from where `nextToken` says. Throws `InvalidParameterException` for another token. */
export function pageOf<T>(all: readonly T[], request: Request, size: number): Page<T> {
  const start = positionOf(request.optionalText('nextToken'));
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...(end < all.length ? { nextToken: Buffer.from(`from ${end}`).toString('base64url') } : {}),
  };
}

function positionOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const position = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (position === undefined) throw invalidParameter('The specified nextToken is invalid.');
  return Number(position);
}
