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
 * An errorMessage. AWS documents the one of S3, and the others are made after it; there are no request ids here.
 * https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 */
export function describeFailure(error: Error, call: CallDescription): string {
  const { failure, service, topic, action, details } = call;
  const told = Object.entries(details).map(([name, value]) => `${name}: ${value}`);
  const place = [`Message arrived on: ${topic}`, `Action: ${action}`, ...told].join(', ');
  return `${failure}. The error received was ${error.message}${answerOf(error, service)}. ${place}`;
}

/** In the words of AWS's SDK for Java, which the rules engine uses. */
function answerOf(error: Error, service: string): string {
  if (!('code' in error) || typeof error.code !== 'string') return '';
  const status = 'status' in error ? ` Status Code: ${error.status};` : '';
  return ` (Service: ${service};${status} Error Code: ${error.code})`;
}
