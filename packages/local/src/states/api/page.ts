import { AwsError } from '../../aws.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { invalid, optionalText } from './request.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;
const MAX_TOKEN_LENGTH = 3_096;

export interface PageRequest {
  readonly size: number;
  /** Where the page before ended; undefined for the first. */
  readonly after: number | undefined;
}

/**
 * Reads `maxResults` and `nextToken`. A token is good for one `listing` alone, as in `ListExecutions` of a machine.
 * Throws `InvalidToken` and `ValidationException`.
 */
export function pageRequest(request: JsonObject, listing: string): PageRequest {
  const { maxResults } = request;
  const token = optionalText(request, 'nextToken', { min: 1, max: MAX_TOKEN_LENGTH });
  return { size: pageSize(maxResults), after: token === undefined ? undefined : positionIn(token, listing) };
}

/** Takes a page of `entries`; `positionOf` tells where an entry stands. */
export function pageOf<T>(
  entries: Iterable<T>,
  { size }: PageRequest,
  listing: string,
  positionOf: (entry: T) => number,
): { items: T[]; nextToken?: string } {
  const items: T[] = [];
  for (const entry of entries) {
    const last = items.at(-1);
    if (items.length === size && last !== undefined) {
      return { items, nextToken: tokenFor(positionOf(last), listing) };
    }
    items.push(entry);
  }
  return { items };
}

function pageSize(maxResults: unknown): number {
  if (maxResults === undefined || maxResults === null || maxResults === 0) return DEFAULT_PAGE_SIZE;
  if (typeof maxResults !== 'number' || !Number.isInteger(maxResults) || maxResults < 0) {
    throw invalid('maxResults', 'Member must have value greater than or equal to 0');
  }
  if (maxResults > MAX_PAGE_SIZE) {
    throw invalid('maxResults', `Member must have value less than or equal to ${MAX_PAGE_SIZE}`);
  }
  return maxResults;
}

function tokenFor(after: number, listing: string): string {
  return Buffer.from(JSON.stringify({ after, listing })).toString('base64url');
}

function positionIn(token: string, listing: string): number {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (isJsonObject(parsed) && parsed['listing'] === listing && typeof parsed['after'] === 'number') {
      return parsed['after'];
    }
  } catch {
    // Not a token of ours: refused below.
  }
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
}
