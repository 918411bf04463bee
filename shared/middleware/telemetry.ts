import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger, metrics } from '../adapters/telemetry.ts';
import { LifecycleError, MAX_DEVICE_ID_LENGTH, Rejection } from '../errors.ts';
import type { Cancellation, GhostSighting, Timing } from '../ports.ts';

/** Left of an invocation's time, for the answer and the log lines after the command has given up. */
const RESERVE_MS = 3_500;

/** A function as Lambda calls it. */
export type LambdaFunction = (event: unknown, context: Context) => Promise<object>;

/** What ties the log lines of a request together, across rules, functions and executions. */
export interface Correlation {
  readonly operation: string;
  readonly deviceId: string;
  readonly requestId: string;
  readonly correlationId: string;
}

/** The clock, and the time at which a command has to give up so that it can be tried again. */
const toTiming = (context: Context): Timing => ({
  clock: Date.now,
  deadlineEpochMs: Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS,
});

/** A stage between Lambda and a function's `handle`; `Internal` is what the stages of one invocation share. */
export type Stage<Result, Internal extends Record<string, unknown> = Record<string, never>> = MiddlewareObj<
  unknown,
  Result,
  Error,
  Context,
  Internal
>;

/**
 * A function's stack: structured logs with the keys of this invocation alone, then the stages in their order.
 * The last of them makes the event the request that `handle` takes, which middy's types cannot follow.
 */
export function createStack<Request>(
  stages: readonly unknown[],
  handle: (request: Request, timing: Timing) => Promise<object>,
): LambdaFunction {
  const stack = middy<unknown, object>().use(injectLambdaContext(logger, { resetKeys: true }));
  for (const stage of stages) stack.use(stage as MiddlewareObj);
  return stack.handler((event, context) => timed(() => handle(event as Request, toTiming(context))));
}

/** The lines after it say how long it took. */
export async function timed<T>(work: () => Promise<T>): Promise<T> {
  const startedAtMs = performance.now();
  try {
    return await work();
  } finally {
    logger.appendKeys({ durationMs: Math.round((performance.now() - startedAtMs) * 10) / 10 });
  }
}

/** What is no id of a device yet may be of any length, and the log is not the place for it. */
export const correlate = ({ deviceId, ...correlation }: Partial<Correlation>): void =>
  logger.appendKeys({
    ...correlation,
    ...(deviceId !== undefined && { deviceId: deviceId.slice(0, MAX_DEVICE_ID_LENGTH) }),
  });

/**
 * Written at once, so that what several records of one invocation come to is not mixed. (`metrics.singleMetric()` would
 * make an instance for each, at six times the cost.)
 * @param dimensions a metric for each set of them
 */
function writeMetric(
  metricName: string,
  value: number,
  ...dimensions: readonly Readonly<Record<string, string>>[]
): void {
  for (const set of dimensions) metrics.addDimensions(set);
  metrics.addMetric(metricName, 'Count', value);
  metrics.publishStoredMetrics();
}

/** Tries of transactions that DynamoDB cancelled. */
export const countCancelled = (reason: string, tries = 1): void =>
  writeMetric('TransactionCancelled', tries, { reason });

/** A line and a metric for each try of a transaction that DynamoDB cancelled; what comes of it has its own line. */
export function reportCancellation({ transaction, reason, items, attempt }: Cancellation): void {
  logger.info('transaction cancelled', { transaction, reason, items, attempt });
  countCancelled(reason);
}

/** A line and a metric for each message of a device that is out of service; its answer has its own line. */
export function reportGhost({ operation, decommissionedAt, isRecorded }: GhostSighting): void {
  logger.warn('ghost', { operation, decommissionedAt, isRecorded });
  writeMetric('GhostMessages', 1);
}

/** What came of an operation that has but one good end, which its answer need not say. */
const OUTCOMES: Readonly<Record<string, string>> = {
  register: 'registered',
  update: 'updated',
  heartbeat: 'recorded',
};

const count = (metricName: 'Accepted' | 'Deferred' | 'Rejected', operation: string, requests = 1): void =>
  writeMetric(metricName, requests, { operation });

/** By operation, and of all of them together: an alarm can sum but ten metrics. */
const countFailures = (operation: string, failures = 1): void =>
  writeMetric('Failed', failures, { operation }, {});

/** For many requests that were one invocation; none at all writes nothing. */
export function countRequests(
  metricName: 'Accepted' | 'Rejected' | 'Failed',
  operation: string,
  requests: number,
): void {
  if (requests === 0) return;
  if (metricName === 'Failed') countFailures(operation, requests);
  else count(metricName, operation, requests);
}

/** What became of a device's certificates; each is the id of some. */
interface CertificateFacts {
  readonly certificateIds?: readonly string[];
  readonly sharedCertificateIds?: readonly string[];
}

/** What is told of a result; its other fields stay out of the log. */
export interface Accepted extends CertificateFacts {
  readonly outcome?: string;
}

const certificateFacts = ({ certificateIds, sharedCertificateIds }: CertificateFacts) => ({
  ...(certificateIds !== undefined && { certificateIds }),
  ...(sharedCertificateIds !== undefined && { sharedCertificateIds }),
});

/** One line and one metric for what a request came to. */
export function reportAccepted(operation: string, result: Accepted = {}): void {
  const { outcome = OUTCOMES[operation] ?? operation } = result;
  logger.info('accepted', { operation, outcome, ...certificateFacts(result) });
  count('Accepted', operation);
}

/** A passing fault, of what is caught up with later: neither an answer nor a failure. */
export function reportDeferred(
  operation: string,
  error: Error,
  about: { readonly deviceId?: string } = {},
): void {
  logger.info('deferred', { ...about, operation, code: error.name, errorMessage: error.message });
  count('Deferred', operation);
}

/** One of the devices that a run of what catches up has settled. The run counts them. */
export function reportSettled(
  operation: string,
  { deviceId, outcome, ...facts }: CertificateFacts & { readonly deviceId: string; readonly outcome: string },
): void {
  logger.info('settled', { operation, deviceId, outcome, ...certificateFacts(facts) });
}

/** One line and the metrics for what a run of what catches up has come to. Times are milliseconds. */
export function reportReconciled(
  operation: string,
  kind: 'Credentials' | 'Purges',
  {
    oldestPendingMs,
    ...counts
  }: Readonly<Record<'settled' | 'deferred' | 'failed' | 'oldestPendingMs', number>>,
): void {
  logger.info('reconciled', { operation, ...counts, oldestPendingMs });
  metrics.addMetric(`${kind}Settled`, 'Count', counts.settled);
  metrics.addMetric(`${kind}Deferred`, 'Count', counts.deferred);
  metrics.addMetric(`OldestPending${kind}`, 'Seconds', Math.round(oldestPendingMs / 1000));
  metrics.publishStoredMetrics();
}

/** A line for what failed: an answer that refuses is a warning, a fault an error. */
export function logFailure(
  operation: string,
  error: Error,
  about: { readonly deviceId?: string } = {},
): void {
  const details = error instanceof LifecycleError ? error.details : {};
  if (error instanceof Rejection) {
    logger.warn('rejected', { ...about, operation, code: error.name, errorMessage: error.message, details });
  } else {
    logger.error('failed', { ...about, operation, code: error.name, details, error });
  }
}

/** The same, and a metric. */
export function reportFailure(
  operation: string,
  error: Error,
  about: { readonly deviceId?: string } = {},
): void {
  logFailure(operation, error, about);
  if (error instanceof Rejection) count('Rejected', operation);
  else countFailures(operation);
}
