import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Members } from '../../protocol/members.ts';
import { type Page, pageOf as pageBy } from '../../protocol/page.ts';
import type { Replay } from '../archives.ts';
import {
  type BusEvent,
  createEvent,
  type EntryError,
  type EventEntry,
  entrySize,
  readEntry,
  validationError,
} from '../event.ts';
import type { EventBus, EventBuses } from '../event-buses.ts';

const MAX_ENTRIES = 10;
/** Of all entries of a request together. */
const MAX_TOTAL_BYTES = 1_048_576;

/**
 * Routes events in the order of the request; each target gets them in this order, but for what it fails to take. An
 * event for a bus that is not there is taken and lost, as on AWS, and a warning says so.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export const putEvents: Operation = (request, context) => {
  request.allow('Entries');
  const members = request.objects('Entries', MAX_ENTRIES);
  if (members.reduce((sum, entry) => sum + entrySize(entry), 0) > MAX_TOTAL_BYTES) {
    throw validationError('Total size of the entries in the request is over the limit.');
  }
  // Read before the first is routed: what breaks the API's model refuses them all.
  const entries = members.map(readEntry);
  const results = entries.map((entry) => (isError(entry) ? entry : { EventId: putEvent(entry, context) }));
  return { FailedEntryCount: entries.filter(isError).length, Entries: results };
};

function isError(entry: EventEntry | EntryError): entry is EntryError {
  return 'ErrorCode' in entry;
}

function putEvent(entry: EventEntry, { buses, clock, route, warnOfLoss }: ApiContext): string {
  const { eventBusName, timeMs, ...parts } = entry;
  const id = randomUUID();
  const nowMs = clock.now();
  const bus = buses.find(eventBusName);
  if (bus === undefined) {
    warnOfLoss(`there is no event bus ${eventBusName}`);
    return id;
  }
  const event = createEvent({ ...parts, id, timeMs: timeMs ?? nowMs, ingestedAtMs: nowMs }, buses.place);
  for (const archive of buses.archives.all())
    if (archive.settings.eventBusName === bus.name) archive.offer(event);
  route(bus, event);
  return id;
}

/** What the operations work on. */
export interface ApiContext {
  readonly buses: EventBuses;
  readonly replays: Map<string, Replay>;
  readonly clock: Clock;
  /** Hands an event to the targets of all rules that it matches, or of those with the ARNs. */
  route(bus: EventBus, event: BusEvent, ruleArns?: readonly string[]): void;
  /** Tells, once for each reason, that events are lost. */
  warnOfLoss(reason: string): void;
}

/** Answers a call; the answer is its body. Throws `AwsError`. */
export type Operation = (request: Members, context: ApiContext) => object;

/** Names of rules. */
export const RULE_NAME = { max: 64, pattern: /^[.\-_A-Za-z0-9]+$/ };

/** Dates go over the wire as seconds since the epoch. */
export function epochSeconds(ms: number): number {
  return ms / 1_000;
}

/** The members of a request for a page. */
export const PAGE_MEMBERS = ['Limit', 'NextToken'] as const;

const NAMES = { size: 'Limit', token: 'NextToken', next: 'NextToken', defaultSize: 100, maxSize: 100 };

/** A page of what is listed, by `Limit` and `NextToken`. Throws `ValidationException`. */
export const pageOf = <T>(all: readonly T[], request: Members): Page<T> => pageBy(all, request, NAMES);
