import { AwsError } from '../aws.ts';

/** What SNS answers to a request that it can't take. */
export function invalidParameter(reason: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);
}

/** `what` is `Topic` or `Subscription`. */
export function notFound(what: string): AwsError {
  return new AwsError('NotFound', `${what} does not exist`, 404);
}
