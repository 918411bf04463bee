import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import type { LogEvent, LogGroup } from '../log-group.ts';
import { invalidParameter, type Operation, pageOf, requestedGroup } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const createLogStream: Operation = (request, context) => {
  const group = requestedGroup(request, context);
  const name = request.text('logStreamName');
  if (!/^[^:*]{1,512}$/.test(name)) {
    throw invalidParameter('logStreamName must have 1 to 512 characters, no colon and no asterisk');
  }
  if (group.createStream(name, context.clock.now())) return {};
  throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
};

interface InputEvent {
  readonly timestamp: number;
  readonly message: string;
}

const MAX_PUT_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const BYTES_BESIDE_MESSAGE = 26;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Events that are more than 14 days old or two hours ahead are rejected, and the others taken. The retention period
 * plays no part: on a laptop nothing is deleted.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
export const putLogEvents: Operation = (request, context) => {
  const group = requestedGroup(request, context);
  const { logGroupName } = group;
  const stream = request.text('logStreamName');
  if (!group.streams.some(({ logStreamName }) => logStreamName === stream)) {
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }
  const events = readEvents(request);
  const nowMs = context.clock.now();
  const tooOld = events.filter(({ timestamp }) => timestamp < nowMs - 14 * DAY_MS).length;
  const firstTooNew = events.findIndex(({ timestamp }) => timestamp > nowMs + 2 * HOUR_MS);
  const end = firstTooNew === -1 ? events.length : firstTooNew;
  for (const { message, timestamp } of events.slice(tooOld, end)) {
    context.store.write(logGroupName, stream, message, timestamp);
  }
  return {
    nextSequenceToken: String(group.size),
    ...((tooOld > 0 || end < events.length) && {
      rejectedLogEventsInfo: {
        ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
        ...(end < events.length && { tooNewLogEventStartIndex: end }),
      },
    }),
  };
};

/** In the order of their times, as AWS wants them; within one day and one megabyte. */
function readEvents(request: Members): readonly InputEvent[] {
  const events = (request.optionalObjects('logEvents') ?? []).map(readEvent);
  if (events.length === 0 || events.length > MAX_PUT_EVENTS) {
    throw invalidParameter(`logEvents must hold 1 to ${MAX_PUT_EVENTS} events`);
  }
  const bytes = events.reduce(
    (sum, { message }) => sum + Buffer.byteLength(message) + BYTES_BESIDE_MESSAGE,
    0,
  );
  if (bytes > MAX_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  }
  const isOrdered = events.every(({ timestamp }, index) => timestamp >= (events[index - 1]?.timestamp ?? 0));
  if (!isOrdered) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > DAY_MS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
  return events;
}

function readEvent(event: Members): InputEvent {
  return {
    timestamp: event.whole('timestamp', { least: 0, most: Number.MAX_SAFE_INTEGER }),
    message: event.text('message'),
  };
}

/** A word of letters, digits and underscores, or a text in quotes. */
const TERM = /^(?:\w+|"[^"]*")$/;

/**
 * The texts of a filter pattern of plain terms, which must all be in a message. Throws `InvalidParameterException` for
 * another one: what is not run here must not look like logs without a match.
 * Source: CloudWatch Logs user guide, "Filter pattern syntax".
 */
export function textsOfPattern(pattern: string): readonly string[] {
  const terms = pattern.match(/"[^"]*"|\S+/g) ?? [];
  const other = terms.find((term) => !TERM.test(term));
  if (other !== undefined) {
    throw invalidParameter(
      `The laptop runtime does not run the filter pattern ${other}: write words, or texts in double quotes, or use start-query.`,
    );
  }
  return terms.map((term) => (term.startsWith('"') ? term.slice(1, -1) : term));
}

const MAX_EVENTS = 10_000;

/** By time; what came at the same time, as it came. */
function byTime(one: LogEvent, other: LogEvent): number {
  return one.timestampMs - other.timestampMs || one.sequence - other.sequence;
}

/** From `startTime` on and before `endTime`, in epoch milliseconds; those with all of `texts` in their message. */
function eventsBetween(
  group: LogGroup,
  request: Members,
  texts: readonly string[] = [],
): readonly LogEvent[] {
  const start = request.optionalWhole('startTime') ?? 0;
  const end = request.optionalWhole('endTime') ?? Number.POSITIVE_INFINITY;
  return group
    .events(start, end, texts)
    .filter(({ timestampMs }) => timestampMs < end)
    .sort(byTime);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const filterLogEvents: Operation = (request, context) => {
  const group = requestedGroup(request, context);
  const names = request.optionalTexts('logStreamNames') ?? [];
  const prefix = request.optionalText('logStreamNamePrefix');
  if (names.length > 0 && prefix !== undefined) {
    throw invalidParameter('Give one of logStreamNames and logStreamNamePrefix.');
  }
  const texts = textsOfPattern(request.optionalText('filterPattern') ?? '');
  const events = eventsBetween(group, request, texts).filter(
    ({ logStreamName }) =>
      (names.length === 0 || names.includes(logStreamName)) && logStreamName.startsWith(prefix ?? ''),
  );
  const { items, next } = pageOf(events, request, 'limit', MAX_EVENTS);
  return {
    events: items.map((event) => ({
      ...describeEvent(event),
      logStreamName: event.logStreamName,
      eventId: String(event.sequence).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    ...next,
  };
};

function describeEvent({ timestampMs, message, ingestionTimeMs }: LogEvent) {
  return { timestamp: timestampMs, message, ingestionTime: ingestionTimeMs };
}

/** Where a page of `GetLogEvents` begins or ends: forwards or backwards from an event. */
interface Position {
  readonly direction: 'f' | 'b';
  readonly timestampMs: number;
  readonly sequence: number;
}

const TOKEN = /^([fb])\/(\d+)\/(-?\d+)$/;

function positionOf(token: string | undefined): Position | undefined {
  if (token === undefined) return undefined;
  const [, direction, timestampMs, sequence] = TOKEN.exec(token) ?? [];
  if (direction === undefined) throw invalidParameter('The specified nextToken is invalid.');
  return {
    direction: direction === 'f' ? 'f' : 'b',
    timestampMs: Number(timestampMs),
    sequence: Number(sequence),
  };
}

/**
 * A token of a page without events is the one that it was asked with, which tells that there are no more for now.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export const getLogEvents: Operation = (request, context) => {
  const group = requestedGroup(request, context);
  const stream = request.text('logStreamName');
  if (!group.streams.some(({ logStreamName }) => logStreamName === stream)) {
    throw new AwsError('ResourceNotFoundException', `The specified log stream does not exist: ${stream}`);
  }
  const limit = request.optionalWhole('limit', { least: 1, most: MAX_EVENTS }) ?? MAX_EVENTS;
  const events = eventsBetween(group, request).filter(({ logStreamName }) => logStreamName === stream);
  const token = request.optionalText('nextToken');
  const page = pageOfEvents(events, positionOf(token), limit, request.optionalFlag('startFromHead') === true);
  return {
    events: page.map(describeEvent),
    nextForwardToken: tokenAt('f', page.at(-1)) ?? token ?? 'f/0/-1',
    nextBackwardToken: tokenAt('b', page[0]) ?? token ?? 'b/0/-1',
  };
};

function pageOfEvents(
  events: readonly LogEvent[],
  position: Position | undefined,
  limit: number,
  startsFromHead: boolean,
): readonly LogEvent[] {
  if (position === undefined) return startsFromHead ? events.slice(0, limit) : events.slice(-limit);
  const orderOf = (event: LogEvent) =>
    event.timestampMs - position.timestampMs || event.sequence - position.sequence;
  return position.direction === 'f'
    ? events.filter((event) => orderOf(event) > 0).slice(0, limit)
    : events.filter((event) => orderOf(event) < 0).slice(-limit);
}

function tokenAt(direction: 'f' | 'b', event: LogEvent | undefined): string | undefined {
  return event === undefined ? undefined : `${direction}/${event.timestampMs}/${event.sequence}`;
}
