import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { LifecycleEvent } from '../domain/lifecycle-event.ts';
import { EventRefused, type LifecycleError, ServiceUnavailable, Throttled } from '../errors.ts';
import type { EventBus, Timing } from '../ports.ts';
import { isUnanswered } from './unanswered.ts';

/** As rules' patterns name the service. */
const SOURCE = 'device-lifecycle';

/** Of one call. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

const BACKOFF_BASE_MS = 50;
const BACKOFF_CAP_MS = 2_000;

type Errors = ReadonlyMap<LifecycleEvent, LifecycleError>;

interface Entry {
  readonly event: LifecycleEvent;
  readonly request: PutEventsRequestEntry;
  readonly bytes: number;
}

function toEntry(event: LifecycleEvent, eventBusName: string): Entry {
  const detail = JSON.stringify(event.detail);
  const request = {
    EventBusName: eventBusName,
    Source: SOURCE,
    DetailType: event.type,
    Time: new Date(event.detail.at),
    Detail: detail,
  };
  // As AWS counts it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
  return { event, request, bytes: 14 + SOURCE.length + event.type.length + Buffer.byteLength(detail) };
}

/** One call each. What is larger than a call may be is left alone, to be refused without the others. */
function intoCalls(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const calls: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const call = calls.at(-1);
    if (call === undefined || call.length === MAX_ENTRIES || bytes + entry.bytes >= MAX_BYTES) {
      calls.push([entry]);
      bytes = entry.bytes;
    } else {
      call.push(entry);
      bytes += entry.bytes;
    }
  }
  return calls;
}

/** By the names that AWS has for what passes: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
function errorOf(code: string, message: string, cause?: unknown): LifecycleError {
  switch (code) {
    case 'ThrottlingException':
      return new Throttled('EventBridge throttled the events for too long.', { cause });
    case 'InternalException':
    case 'InternalFailure':
      return new ServiceUnavailable('EventBridge does not answer.', { cause });
    default:
      return new EventRefused(`EventBridge refused the event: ${code}: ${message}`, { cause });
  }
}

/** The same for a call that failed as a whole; what is no answer of AWS, nor a lack of one, is thrown. */
function errorOfCall(error: unknown): LifecycleError {
  const { name, message, $fault } = Object(error);
  if (isUnanswered(error)) return errorOf('InternalFailure', message, error);
  if ($fault === undefined) throw error;
  return errorOf(name, message, error);
}

function errorOfEntry({
  EventId,
  ErrorCode,
  ErrorMessage = '',
}: PutEventsResultEntry): LifecycleError | undefined {
  if (EventId !== undefined && ErrorCode === undefined) return undefined;
  return errorOf(ErrorCode ?? 'InternalFailure', ErrorMessage);
}

/** Why each event of the call was not taken; nothing for those that were. */
async function putOnce(client: EventBridgeClient, call: readonly Entry[]): Promise<Errors> {
  try {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({ Entries: call.map(({ request }) => request) }),
    );
    const errors = call.map(({ event }, index) => [event, errorOfEntry(Entries[index] ?? {})] as const);
    return new Map(errors.flatMap(([event, error]) => (error === undefined ? [] : [[event, error]])));
  } catch (failure) {
    const error = errorOfCall(failure);
    return new Map(call.map(({ event }) => [event, error]));
  }
}

const areRetryable = (errors: Errors): boolean => [...errors.values()].some(({ retryable }) => retryable);

/** The same, once what passes has been tried again until the deadline. */
async function putPatiently(
  client: EventBridgeClient,
  call: readonly Entry[],
  { clock, deadlineEpochMs }: Timing,
): Promise<Errors> {
  const refused = new Map<LifecycleEvent, LifecycleError>();
  let waiting = call;
  for (let tries = 0; ; tries += 1) {
    const errors = await putOnce(client, waiting);
    // With full jitter, so that readers of many shards do not come back together.
    const delayMs = Math.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** tries);
    if (!areRetryable(errors) || clock() + delayMs >= deadlineEpochMs)
      return new Map([...refused, ...errors]);
    for (const [event, error] of errors) if (!error.retryable) refused.set(event, error);
    waiting = waiting.filter(({ event }) => errors.get(event)?.retryable);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

/**
 * A bus of EventBridge. Once events of one call are not taken, no further call is made.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export const createEventBus = (client: EventBridgeClient, eventBusName: string): EventBus => ({
  async put(events, timing) {
    const untaken = new Map<LifecycleEvent, LifecycleError>();
    for (const call of intoCalls(events.map((event) => toEntry(event, eventBusName)))) {
      const [error] = untaken.values();
      const errors =
        error === undefined
          ? await putPatiently(client, call, timing)
          : new Map(call.map(({ event }) => [event, error]));
      for (const [event, why] of errors) untaken.set(event, why);
    }
    return untaken;
  },
});
