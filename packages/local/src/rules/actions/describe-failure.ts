import type { FailureWords } from './action.ts';

/** What AWS IoT says of a failed call of another service. */
export interface CallDescription {
  /** What did not work: `Failed to put S3 object`. */
  readonly failure: string;
  /** As AWS's SDK names the service: `Amazon S3`. */
  readonly service: string;
  /** The topic of the message. */
  readonly topic: string;
  /** By the API's name: `s3`. */
  readonly action: string;
  /** What the action was told, in AWS's words: `{ Bucket: 'my-bucket' }`. */
  readonly details: Readonly<Record<string, string>>;
}

/**
 * The words of AWS's two examples, of S3 and of DynamoDB; the others are made after them. There are no request ids here.
 * https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 * https://docs.aws.amazon.com/iot/latest/developerguide/diagnosing-rules.html
 */
export function describeFailure(error: Error, call: CallDescription): FailureWords {
  const { failure, service, topic, action, details: told } = call;
  const place = Object.entries({ 'Message arrived on': topic, Action: action, ...told })
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
  const details = `${error.message}${answerOf(error, service)}`;
  return { details, errorMessage: `${failure}. The error received was ${details}. ${place}` };
}

/** The same for both. */
export function inWords(words: string): FailureWords {
  return { errorMessage: words, details: words };
}

/** In the words of AWS's SDK for Java, which the rules engine uses. */
function answerOf(error: Error, service: string): string {
  if (!('code' in error) || typeof error.code !== 'string') return '';
  const status = 'status' in error ? ` Status Code: ${error.status};` : '';
  return ` (Service: ${service};${status} Error Code: ${error.code})`;
}
