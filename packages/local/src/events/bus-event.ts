import type { Place } from './arns.ts';

/** An event on a bus. */
export interface BusEvent {
  readonly id: string;
  /** When the event occurred, as its sender says. Epoch milliseconds, without a fraction of a second. */
  readonly timeMs: number;
  readonly ingestedAtMs: number;
  /** The event as targets get it: JSON text, without blanks. */
  readonly text: string;
  /** What the text says. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** What an event is made of. */
export interface EventParts {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  /** A JSON object, as text without blanks, which is passed on as it is. */
  readonly detail: string;
  readonly resources: readonly string[];
  readonly timeMs: number;
  readonly ingestedAtMs: number;
}

/**
 * The event in the form in which EventBridge delivers it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export function createEvent(parts: EventParts, { accountId, region }: Place): BusEvent {
  const { id, source, detailType, detail, resources, ingestedAtMs } = parts;
  const timeMs = Math.floor(parts.timeMs / 1000) * 1000;
  const envelope = JSON.stringify({
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: accountId,
    time: isoSeconds(timeMs),
    region,
    resources,
  });
  const text = withField(envelope, 'detail', detail);
  return { id, timeMs, ingestedAtMs, text, value: JSON.parse(text) };
}

/**
 * A replayed event says so, and has come in again; it is the same otherwise.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
 */
export function replayed(event: BusEvent, replayName: string, ingestedAtMs: number): BusEvent {
  const text = withField(event.text, 'replay-name', JSON.stringify(replayName));
  return { ...event, ingestedAtMs, text, value: { ...event.value, 'replay-name': replayName } };
}

/** `2026-01-02T03:04:05Z` */
export function isoSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Adds a field at the end of an object's JSON text. */
function withField(json: string, name: string, value: string): string {
  return `${json.slice(0, -1)},${JSON.stringify(name)}:${value}}`;
}
