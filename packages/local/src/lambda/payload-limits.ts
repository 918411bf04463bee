import { AwsError } from '../aws.ts';
import { failure, type Outcome } from './invocation.ts';

/**
 * The largest payloads, in bytes: 6 MB for a synchronous invocation, 1 MB for an asynchronous one.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
const limits = { RequestResponse: 6_291_456, Event: 1_048_576 } as const;

/** What a handler may answer at most, in bytes: 6 MB and a little for the envelope. */
const MAX_RESPONSE_BYTES = 6_291_556;

/** UTF-8 takes at most three bytes for a UTF-16 code unit, so that small texts need no counting. */
const MAX_BYTES_PER_UNIT = 3;

function isLarger(text: string, limitBytes: number): boolean {
  return text.length * MAX_BYTES_PER_UNIT > limitBytes && Buffer.byteLength(text) > limitBytes;
}

/** Throws `RequestTooLargeException` (413) for a payload over the limit of its invocation type. */
export function assertPayloadSize(payload: string, invocationType: keyof typeof limits): void {
  const limitBytes = limits[invocationType];
  if (!isLarger(payload, limitBytes)) return;
  throw new AwsError(
    'RequestTooLargeException',
    `${Buffer.byteLength(payload)} byte payload is too large for the ${invocationType} invocation type (limit ${limitBytes} bytes)`,
    413,
  );
}

/** The outcome as a synchronous caller gets it: an answer over the limit becomes an error. */
export function limitResponse(outcome: Outcome): Outcome {
  if (!isLarger(outcome.payload, MAX_RESPONSE_BYTES)) return outcome;
  const payload = JSON.stringify({
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    errorType: 'Function.ResponseSizeTooLarge',
  });
  return failure(payload, outcome.logText, outcome.durationMs);
}
