import { AwsError } from '../../aws.ts';
import { type Operation, requestedGroup } from './context.ts';
import { invalidParameter, type Request } from './request.ts';

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

const MAX_EVENTS = 10_000;
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
function readEvents(request: Request): readonly InputEvent[] {
  const events = request.list('logEvents').map(readEvent);
  if (events.length === 0 || events.length > MAX_EVENTS) {
    throw invalidParameter(`logEvents must hold 1 to ${MAX_EVENTS} events`);
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

function readEvent(event: unknown): InputEvent {
  const { timestamp, message } = Object(event);
  if (!Number.isSafeInteger(timestamp) || timestamp < 0 || typeof message !== 'string' || message === '') {
    throw invalidParameter('logEvents must be a list of {timestamp, message}');
  }
  return { timestamp, message };
}
