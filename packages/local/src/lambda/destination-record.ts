import { LATEST } from './function-name.ts';
import type { Outcome } from './invocation.ts';

/** Why Lambda gives up an event. */
export type Condition = 'RetriesExhausted' | 'EventAgeExceeded';

interface FailedEvent {
  readonly requestId: string;
  readonly functionArn: string;
  readonly condition: Condition;
  readonly tries: number;
  /** JSON text. */
  readonly payload: string;
  /** Of the last try; undefined when the event was never tried. */
  readonly outcome: Outcome | undefined;
}

/**
 * JSON text of the invocation record that Lambda sends to a destination. Payloads are JSON text already, so that
 * they go in as they are: numbers keep their digits.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function failureRecord(event: FailedEvent, nowMs: number): string {
  const { requestId, functionArn, condition, tries, payload, outcome } = event;
  const head = JSON.stringify({
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:${LATEST}`,
      condition,
      approximateInvokeCount: tries,
    },
  });
  return `${head.slice(0, -1)},"requestPayload":${payload}${outcome === undefined ? '' : response(outcome)}}`;
}

function response({ payload, functionError }: Outcome): string {
  const context = { statusCode: 200, executedVersion: LATEST, functionError };
  return `,"responseContext":${JSON.stringify(context)},"responsePayload":${payload}`;
}
