import { AwsError } from '../../aws.ts';
import type { LogEvent } from '../log-event.ts';
import type { LogGroup } from '../log-group.ts';
import { type Operation, requestedGroup } from './context.ts';
import { textsOfPattern } from './filter-pattern.ts';
import { pageOf } from './page.ts';
import { invalidParameter, type Request } from './request.ts';

const MAX_EVENTS = 10_000;

/** By time; what came at the same time, as it came. */
function byTime(one: LogEvent, other: LogEvent): number {
  return one.timestampMs - other.timestampMs || one.sequence - other.sequence;
}

/** From `startTime` on and before `endTime`, in epoch milliseconds; those with all of `texts` in their message. */
function eventsBetween(
  group: LogGroup,
  request: Request,
  texts: readonly string[] = [],
): readonly LogEvent[] {
  const start = request.optionalNumber('startTime') ?? 0;
  const end = request.optionalNumber('endTime') ?? Number.POSITIVE_INFINITY;
  return group
    .events(start, end, texts)
    .filter(({ timestampMs }) => timestampMs < end)
    .sort(byTime);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const filterLogEvents: Operation = (request, context) => {
  const group = requestedGroup(request, context);
  const names = request.texts('logStreamNames');
  const prefix = request.optionalText('logStreamNamePrefix');
  if (names.length > 0 && prefix !== undefined) {
    throw invalidParameter('Give one of logStreamNames and logStreamNamePrefix.');
  }
  const texts = textsOfPattern(request.optionalText('filterPattern') ?? '');
  const events = eventsBetween(group, request, texts).filter(
    ({ logStreamName }) =>
      (names.length === 0 || names.includes(logStreamName)) && logStreamName.startsWith(prefix ?? ''),
  );
  const { items, nextToken } = pageOf(events, request, request.limit('limit', MAX_EVENTS));
  return {
    events: items.map((event) => ({
      ...describeEvent(event),
      logStreamName: event.logStreamName,
      eventId: String(event.sequence).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    nextToken,
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
  const limit = request.limit('limit', MAX_EVENTS);
  const events = eventsBetween(group, request).filter(({ logStreamName }) => logStreamName === stream);
  const token = request.optionalText('nextToken');
  const page = pageOfEvents(events, positionOf(token), limit, request.flag('startFromHead'));
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
