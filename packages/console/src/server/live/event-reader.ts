import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { LifecycleEvent } from '../../contract/live.ts';
import { readLifecycleEvent } from './lifecycle-event.ts';

/** Events that are not told again when they are read or delivered once more; more than come within the overlap. */
const MAX_REMEMBERED = 50_000;

/**
 * An event has the time of its step, and comes into the log group when its stream's reader has told of it: a cold start
 * later, or after retries. So what is that old is asked for once more with each reading.
 */
const MAX_OVERLAP_MS = 600_000;
/** Where so much happens that more than this is read again each time, less is. */
const MAX_READ_AGAIN = 2_000;
const MIN_OVERLAP_MS = 10_000;
/** Before the first reading: what is older is not looked at, so as not to begin with a fleet that has just moved. */
const FIRST_OVERLAP_MS = 30_000;

interface ReaderOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroupName: string;
  readonly clock: Clock;
}

/** Reads what is new, a page at a time, the oldest first. */
type EventReader = (abortSignal: AbortSignal) => AsyncGenerator<readonly LifecycleEvent[]>;

/**
 * Reads a log group's lifecycle events. What has been there before the first reading that came to its end is passed over,
 * whatever its clock says; a reading that fails loses nothing, and the next one goes on.
 */
export function createEventReader({ client, logGroupName, clock }: ReaderOptions): EventReader {
  /** Of the newest event, by the clock of the log group, which may be a moved one. Epoch milliseconds, as all times. */
  let newestMs: number | undefined;
  /** All that has been there since then is known. */
  let knownSinceMs = 0;
  let overlapMs = MAX_OVERLAP_MS;
  const isNew = createMemory(MAX_REMEMBERED);
  return async function* read(abortSignal) {
    const isFirst = newestMs === undefined;
    let upToMs = newestMs ?? clock.now();
    knownSinceMs = Math.max(knownSinceMs, upToMs - (isFirst ? FIRST_OVERLAP_MS : overlapMs));
    let count = 0;
    const input = { logGroupName, startTime: knownSinceMs };
    for await (const { events = [] } of paginateFilterLogEvents({ client }, input, { abortSignal })) {
      count += events.length;
      for (const { timestamp = 0 } of events) upToMs = Math.max(upToMs, timestamp);
      const fresh = stepsOf(events).filter(({ id }) => isNew(id));
      if (!isFirst && fresh.length > 0) yield fresh;
    }
    newestMs = upToMs;
    overlapMs = overlapAfter(count, Math.min(overlapMs, upToMs - knownSinceMs));
  };
}

const stepsOf = (events: readonly FilteredLogEvent[]): readonly LifecycleEvent[] =>
  events.map(({ message = '' }) => readLifecycleEvent(message)).filter((event) => event !== undefined);

/** `count`: events that were read, of the last `readMs`. */
const overlapAfter = (count: number, readMs: number): number =>
  count > MAX_READ_AGAIN ? Math.max(MIN_OVERLAP_MS, readMs / 2) : MAX_OVERLAP_MS;

/** Says of an id whether it comes for the first time; the oldest ones are forgotten. */
function createMemory(max: number): (id: string) => boolean {
  const known = new Set<string>();
  return (id) => {
    if (known.has(id)) return false;
    known.add(id);
    for (const oldest of known) {
      if (known.size <= max) break;
      known.delete(oldest);
    }
    return true;
  };
}
