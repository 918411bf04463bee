import { AwsError } from '../aws.ts';
import type { ProcessEnd } from './environment-process.ts';

/** What one run of a handler came to. */
export interface Outcome {
  /** Lambda's Node.js runtime reports every error as `Unhandled`. */
  readonly functionError?: 'Unhandled';
  /** JSON text: the handler's answer, or `{ errorType, errorMessage, trace? }`. */
  readonly payload: string;
  /** What was logged meanwhile, with the platform's own lines; its end, where it is long. */
  readonly logText: string;
  readonly durationMs: number;
}

/** One run of a handler, from the moment somebody wants it. */
export interface Invocation {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly invokedFunctionArn: string;
  /** JSON text of what the caller says of itself, for the context object. */
  readonly clientContext?: string;
  /** Asked right before the run; false when nobody wants it any more (it expired, or its caller gave up). */
  claim(): boolean;
  complete(outcome: Outcome): void;
}

/** An outcome that no handler gave: the environment ended, or never began. */
export function failure(payload: string, logText = '', durationMs = 0): Outcome {
  return { functionError: 'Unhandled', payload, logText, durationMs };
}

/** The error of an invocation that ran longer than its function may. */
export function timedOutPayload(requestId: string, timeoutMs: number): string {
  return JSON.stringify({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  });
}

const SIGNALS: Readonly<Partial<Record<ProcessEnd, string>>> = {
  outOfMemory: 'killed',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTRAP: 'trace/breakpoint trap',
};

/** In the words of Go, in which Lambda's supervisor is written. */
function endReason(end: ProcessEnd): string {
  if (end === 0) return 'Runtime exited without providing a reason';
  if (typeof end === 'number') return `Runtime exited with error: exit status ${end}`;
  return `Runtime exited with error: signal: ${SIGNALS[end] ?? end}`;
}

/** The error of an invocation whose environment ended before the handler answered. */
export function exitedPayload(requestId: string, end: ProcessEnd): string {
  return JSON.stringify({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: ${endReason(end)}`,
  });
}

/** An X-Ray trace header as Lambda sets it when tracing is off; the same for each try of an event. */
export function traceId(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8)};Parent=${hex.slice(0, 16)};Sampled=0`;
}

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
