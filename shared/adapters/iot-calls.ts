import {
  InternalFailureException,
  ResourceNotFoundException,
  ServiceUnavailableException,
  ThrottlingException,
} from '@aws-sdk/client-iot';
import { ServiceUnavailable, Throttled } from '../errors.ts';
import { isUnanswered } from './unanswered.ts';

/** How the errors are called that both of AWS IoT's clients have, each in a class of its own. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException || nameOf(error) === 'ResourceNotFoundException';
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Names the passing fault that an error stands for; any other error as it is. */
export function fault(error: unknown): unknown {
  const name = nameOf(error);
  if (error instanceof ThrottlingException || name === 'ThrottlingException') {
    return new Throttled('AWS IoT throttled the request. Try again.', { cause: error });
  }
  const isUnavailable =
    error instanceof ServiceUnavailableException ||
    error instanceof InternalFailureException ||
    name === 'InternalFailureException' ||
    name === 'ServiceUnavailableException' ||
    isUnanswered(error);
  return isUnavailable
    ? new ServiceUnavailable('AWS IoT does not answer. Try again.', { cause: error })
    : error;
}

/** What a call answers, or `missing` where AWS IoT does not know what it is about. */
export async function call<T, Missing>(request: () => Promise<T>, missing: Missing): Promise<T | Missing> {
  try {
    return await request();
  } catch (error) {
    if (isMissing(error)) return missing;
    throw fault(error);
  }
}

/** All pages of a listing. Each call is made by its command's name, so that what a role has to allow can be told. */
export async function listAll<T>(
  page: (
    nextToken: string | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly nextToken: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let nextToken: string | undefined;
  do {
    const { items = [], nextToken: next } = await page(nextToken);
    all.push(...items);
    nextToken = next;
  } while (nextToken !== undefined);
  return all;
}
