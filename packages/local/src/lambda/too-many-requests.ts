import { AwsError } from '../aws.ts';

/** Why Lambda takes no more: `ThrottleReason`. */
type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded';

/** After which callers may try again. */
const RETRY_AFTER_SECONDS = 1;

/**
 * What Lambda answers to an Invoke that it throttles, for the caller to repeat.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
export function tooManyRequests(reason: ThrottleReason): AwsError {
  return new AwsError('TooManyRequestsException', `Rate Exceeded. (${reason})`, 429, {
    members: { Reason: reason, Type: 'User' },
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  });
}
