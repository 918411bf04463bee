import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger, metrics } from '../adapters/telemetry.ts';
import { LifecycleError, Rejection } from '../errors.ts';
import type { Timing } from '../ports.ts';

/** Left of an invocation's time, for the answer and the log lines after the command has given up. */
const RESERVE_MS = 3_500;

/** A function as Lambda calls it. */
export type LambdaFunction = (event: unknown, context: Context) => Promise<object>;

/** What ties the log lines of a request together, across rules, functions and executions. */
export interface Correlation {
  readonly deviceId: string;
  readonly requestId: string;
  readonly correlationId: string;
}

/** What every stack begins with: structured logs with the keys of this invocation alone, and metrics. */
export const withTelemetry = <Event, Result>() =>
  middy<Event, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics));

/** The clock, and the time at which a command has to give up so that it can be tried again. */
export const toTiming = (context: Context): Timing => ({
  clock: Date.now,
  deadlineEpochMs: Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS,
});

export const correlate = (correlation: Partial<Correlation>): void => logger.appendKeys({ ...correlation });

/** One line and one metric for what a request came to. */
export function reportAccepted(operation: string, outcome: string): void {
  logger.info('accepted', { operation, outcome });
  metrics.addDimension('operation', operation);
  metrics.addMetric('Accepted', 'Count', 1);
}

/** The same for what failed: an answer that refuses is a warning, a fault an error. */
export function reportFailure(operation: string, error: Error): void {
  const isAnswer = error instanceof Rejection;
  const details = error instanceof LifecycleError ? error.details : {};
  metrics.addDimension('operation', operation);
  if (isAnswer) {
    logger.warn('rejected', { operation, code: error.name, reason: error.message, details });
    metrics.addMetric('Rejected', 'Count', 1);
  } else {
    logger.error('failed', { operation, code: error.name, details, error });
    metrics.addMetric('Failed', 'Count', 1);
  }
}
