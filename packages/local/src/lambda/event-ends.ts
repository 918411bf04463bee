import type { Clock } from '../clock.ts';
import type { QueueSender } from '../contracts.ts';
import { asynchronousSettingsOf, type FunctionDefinition } from './definition.ts';
import { type Condition, destinationRecord } from './destination-record.ts';
import { LATEST } from './function-name.ts';
import type { Outcome } from './invocation.ts';

export interface EventEndsOptions {
  readonly clock: Clock;
  readonly queues: QueueSender;
}

/** An event that Lambda is done with. */
export interface EndedEvent {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly tries: number;
  readonly condition: Condition;
  /** Of the last try; absent when the event was never tried. */
  readonly outcome?: Outcome;
}

/** Whom to tell: by ARN, and what does it. */
export interface Ending {
  readonly arn: string;
  tell(): Promise<void>;
}

/** What the ErrorMessage of a dead letter has at most, in bytes. */
const MAX_ERROR_MESSAGE = 1024;

/** Gives those who are told of an event's end: its destination, and the dead-letter queue of what has failed. */
export function createEventEnds(
  options: EventEndsOptions,
): (definition: FunctionDefinition, event: EndedEvent) => readonly Ending[] {
  const { clock, queues } = options;

  async function tellDeadLetters(arn: string, event: EndedEvent): Promise<void> {
    const { texts, numbers } = deadLetterAttributes(event);
    await queues.sendMessage(arn, event.payload, { attributes: texts, numbers });
  }

  return (definition, event) => {
    const { onFailure, onSuccess } = asynchronousSettingsOf(definition);
    const hasFailed = event.condition !== 'Success';
    const destination = hasFailed ? onFailure : onSuccess;
    const { deadLetterArn } = definition;
    return [
      ...(destination === undefined
        ? []
        : [
            {
              arn: destination,
              tell: () => queues.sendMessage(destination, recordOf(definition, event, clock.now())),
            },
          ]),
      ...(hasFailed && deadLetterArn !== undefined
        ? [{ arn: deadLetterArn, tell: () => tellDeadLetters(deadLetterArn, event) }]
        : []),
    ];
  };
}

function recordOf(definition: FunctionDefinition, event: EndedEvent, nowMs: number): string {
  const { requestId, condition, outcome } = event;
  return destinationRecord(
    {
      requestId,
      functionArn: `${definition.arn}:${LATEST}`,
      condition,
      approximateInvokeCount: event.tries,
      requestPayload: event.payload,
      ...(outcome === undefined ? {} : { outcome }),
    },
    nowMs,
  );
}

/**
 * `ErrorCode` is the HTTP status that a caller would have had.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
 */
function deadLetterAttributes({ requestId, outcome }: EndedEvent) {
  const message = outcome === undefined ? 'The event was not tried.' : errorMessageOf(outcome);
  const ErrorMessage = Buffer.from(message).subarray(0, MAX_ERROR_MESSAGE).toString('utf8');
  return {
    texts: { RequestID: requestId, ErrorMessage },
    numbers: { ErrorCode: outcome === undefined ? '429' : '200' },
  };
}

function errorMessageOf({ payload }: Outcome): string {
  const { errorMessage } = Object(JSON.parse(payload));
  return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : payload;
}
