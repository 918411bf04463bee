import { LATEST } from './function-name.ts';
import type { Outcome } from './invocation.ts';

/** Why Lambda is done with an event. */
export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/** An event that Lambda is done with. */
export interface FinishedEvent {
  readonly requestId: string;
  /** Qualified. */
  readonly functionArn: string;
  readonly condition: Condition;
  readonly approximateInvokeCount: number;
  /** JSON text. */
  readonly requestPayload: string;
  /** Of the last try; absent when the event was never tried. */
  readonly outcome?: Outcome;
}

/**
 * JSON text of the invocation record that Lambda sends to a destination. Payloads are JSON text already, so that
 * they go in as they are: numbers keep their digits.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function destinationRecord(event: FinishedEvent, nowMs: number): string {
  const head = JSON.stringify({
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: event.functionArn,
      condition: event.condition,
      approximateInvokeCount: event.approximateInvokeCount,
    },
  });
  return `${head.slice(0, -1)},"requestPayload":${event.requestPayload}${response(event)}}`;
}

function response({ outcome }: FinishedEvent): string {
  if (outcome === undefined) return '';
  const context = {
    statusCode: 200,
    executedVersion: LATEST,
    ...(outcome.functionError === undefined ? {} : { functionError: outcome.functionError }),
  };
  return `,"responseContext":${JSON.stringify(context)},"responsePayload":${outcome.payload}`;
}
