import type { OutgoingHttpHeaders } from 'node:http';
import type { AwsRequest } from './aws.ts';

type Method = 'DELETE' | 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'PUT' | 'OPTIONS';

/** A request as fauxqs takes it in this process, without a port. */
interface Injection {
  readonly method: Method;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload?: Buffer;
}

/** Set anew by whoever sends the request or the response on. */
const DROPPED_HEADERS = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

/** What fauxqs is to answer. */
export function injectionOf({ method, path, query, headers, body }: AwsRequest): Injection {
  const { 'content-length': _, ...others } = keptHeaders(headers);
  return {
    method: method as Method,
    url: path + (query.size === 0 ? '' : `?${query}`),
    headers: others,
    ...(body.length === 0 ? {} : { payload: body }),
  };
}

/** The headers of a request or a response that go on with it. */
export function keptHeaders(headers: OutgoingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || DROPPED_HEADERS.has(name)) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return kept;
}

/**
 * What a module of fauxqs has that is not part of its interface: `path` is in its package. Throws when this version no
 * longer has it there, or has something else by that name.
 */
export async function fauxqsPart<T>(
  path: string,
  name: string,
  isKnown = (part: unknown): boolean => typeof part === 'function',
): Promise<T> {
  const url = new URL(path, import.meta.resolve('fauxqs'));
  const { [name]: part } = (await import(url.href)) as Record<string, unknown>;
  if (isKnown(part)) return part as T;
  throw new Error(
    'This version of fauxqs is not known to the laptop runtime: install the one of package-lock.json.',
  );
}
