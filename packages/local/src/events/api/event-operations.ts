import { randomUUID } from 'node:crypto';
import { parseJson } from '../../json-text.ts';
import { isObject } from '../../protocol/members.ts';
import { createEvent } from '../bus-event.ts';
import { invalidPattern, validationError } from '../errors.ts';
import { type EntryError, type EventEntry, entrySize, readEntry } from '../event-entry.ts';
import { compileEventPattern } from '../rule.ts';
import type { ApiContext, Operation } from './operation.ts';

const MAX_ENTRIES = 10;
/** Of all entries of a request together. */
const MAX_TOTAL_BYTES = 1_048_576;
const MAX_PATTERN_LENGTH = 4096;
const REQUIRED_FIELDS = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

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

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
export const testEventPattern: Operation = (request) => {
  request.allow('Event', 'EventPattern');
  const pattern = request.text('EventPattern', { min: 0, max: MAX_PATTERN_LENGTH });
  const event = parseJson(request.text('Event'));
  if (pattern === '') throw invalidPattern('Empty pattern is not allowed');
  if (!isObject(event))
    throw validationError('Parameter Event is not valid. Reason: it must be a JSON object.');
  const missing = REQUIRED_FIELDS.find((field) => !Object.hasOwn(event, field));
  if (missing !== undefined) {
    throw validationError(`Parameter Event is not valid. Reason: it has no field ${missing}.`);
  }
  return { Result: compileEventPattern(pattern)(event) };
};
