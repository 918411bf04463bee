import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../../cli/clock.ts';
import type { LifecycleEvent } from '../../contract/live.ts';
import { readLifecycleEvent } from './lifecycle-event.ts';

/** Events that are not told again when they are read or delivered once more; more than come within the overlap. */
const MAX_REMEMBERED = 50_000;

interface ReaderOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroupName: string;
  readonly clock: Clock;
  /** Events come into the log group a little out of order; those of so long ago are asked for once more. */
  readonly overlapMs: number;
}

/** Reads what is new, a page at a time, the oldest first. */
export type EventReader = (abortSignal: AbortSignal) => AsyncGenerator<readonly LifecycleEvent[]>;

/**
 * Reads a log group's lifecycle events. What has been there before the first reading that came to its end is passed over,
 * whatever its clock says; a reading that fails loses nothing, and the next one goes on.
 */
export function createEventReader({ client, logGroupName, clock, overlapMs }: ReaderOptions): EventReader {
  /** Of the newest event, by the clock of the log group, which may be a moved one. Epoch milliseconds. */
  let newestMs: number | undefined;
  const isNew = createMemory(MAX_REMEMBERED);
  return async function* read(abortSignal) {
    const isFirst = newestMs === undefined;
    let upToMs = newestMs ?? clock.now();
    const input = { logGroupName, startTime: Math.max(0, upToMs - overlapMs) };
    for await (const { events = [] } of paginateFilterLogEvents({ client }, input, { abortSignal })) {
      for (const { timestamp = 0 } of events) upToMs = Math.max(upToMs, timestamp);
      const fresh = events
        .map(({ message = '' }) => readLifecycleEvent(message))
        .filter((event) => event !== undefined)
        .filter(({ id }) => isNew(id));
      if (!isFirst && fresh.length > 0) yield fresh;
    }
    newestMs = upToMs;
  };
}

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
