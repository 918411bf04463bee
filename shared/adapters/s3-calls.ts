import { ServiceUnavailable, Throttled } from '../errors.ts';
import { isUnanswered } from './unanswered.ts';

/** How Amazon S3 says that it is too much. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const THROTTLES = new Set(['SlowDown', 'ThrottlingException', 'RequestLimitExceeded']);

/** Names the passing fault that an error stands for; any other error as it is. */
function fault(error: unknown): unknown {
  if (THROTTLES.has(Object(error).name)) {
    return new Throttled('Amazon S3 throttled the request. Try again.', { cause: error });
  }
  return isUnanswered(error)
    ? new ServiceUnavailable('Amazon S3 does not answer. Try again.', { cause: error })
    : error;
}

/** What a call to Amazon S3 answers. */
export async function callS3<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw fault(error);
  }
}
