import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../../cli/clock.ts';
import { isHopeless } from '../../../cli/explain.ts';
import type { Stack } from '../../../cli/stack.ts';
import type {
  LifecycleCounts,
  LifecycleEvent,
  LifecycleEventType,
  LiveMessage,
} from '../../contract/live.ts';
import { problemOf } from '../problem.ts';
import { readLifecycleEvent } from './lifecycle-event.ts';

/** Events come into the log group a little out of order; those of so long ago are asked for once more. */
const OVERLAP_MS = 10_000;
/** Of the newest of one poll; a fleet that moves would flood a page. */
const MAX_TOLD = 200;
/** After a failure; the SDK has tried several times by then. */
const PATIENCE_MS = 5_000;
const HOPELESS_PATIENCE_MS = 30_000;

/** What happens to devices, as it happens. */
export interface LifecycleFeed {
  /** Hears of all from now on, until the signal aborts. Nobody asks AWS anything while nobody listens. */
  listen(hear: (message: LiveMessage) => void, signal: AbortSignal): void;
}

interface FeedOptions {
  readonly client: CloudWatchLogsClient;
  readonly stack: Stack;
  readonly clock: Clock;
  readonly pollMs: number;
  /** Aborted when the console ends. */
  readonly signal: AbortSignal;
}

/** The log group that a rule of the stack puts every lifecycle event into. */
export const eventsLogGroupOf = ({ name }: Stack): string => `/aws/events/${name}`;

/**
 * Polls the log group of the lifecycle events, since the tables' streams have as many readers as they take. One poll for
 * all who listen.
 */
export function createLifecycleFeed(options: FeedOptions): LifecycleFeed {
  const listeners = new Set<(message: LiveMessage) => void>();
  let isPolling = false;
  /** The last `ready` or `problem`, for those who come later. */
  let state: LiveMessage | undefined;
  const tell = (message: LiveMessage) => {
    if (message.type !== 'lifecycle') state = message;
    for (const hear of listeners) hear(message);
  };
  const keepPolling = async () => {
    if (isPolling) return;
    isPolling = true;
    await poll(options, tell, () => listeners.size > 0);
    isPolling = false;
    state = undefined;
    // Somebody came while the last poll ended.
    if (listeners.size > 0 && !options.signal.aborted) await keepPolling();
  };
  return {
    listen(hear, signal) {
      if (signal.aborted) return;
      listeners.add(hear);
      signal.addEventListener('abort', () => listeners.delete(hear), { once: true });
      if (state !== undefined) hear(state);
      void keepPolling();
    },
  };
}

async function poll(
  { client, stack, clock, pollMs, signal }: FeedOptions,
  tell: (message: LiveMessage) => void,
  isWanted: () => boolean,
): Promise<void> {
  const read = createReader(client, eventsLogGroupOf(stack), clock);
  let isReady = false;
  const pollOnce = async (): Promise<number> => {
    const events = await read(signal);
    if (!isReady) tell({ type: 'ready' });
    isReady = true;
    if (events.length > 0) {
      tell({ type: 'lifecycle', events: events.slice(-MAX_TOLD), counts: countByType(events) });
    }
    return pollMs;
  };
  const fail = (error: unknown): number => {
    isReady = false;
    if (!signal.aborted) tell({ type: 'problem', problem: problemOf(error, stack) });
    return isHopeless(error) ? HOPELESS_PATIENCE_MS : PATIENCE_MS;
  };
  while (isWanted() && !signal.aborted) await clock.sleep(await pollOnce().catch(fail), signal);
}

const countByType = (events: readonly LifecycleEvent[]): LifecycleCounts => {
  const counts: Partial<Record<LifecycleEventType, number>> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

/** Reads what is new each time, the oldest first; at first nothing, since only what happens from now on is. */
function createReader(client: CloudWatchLogsClient, logGroupName: string, clock: Clock) {
  /** Of the newest event, by the clock of the log group, which may be a moved one. Epoch milliseconds. */
  let newestMs: number | undefined;
  const known = new Map<string, number>();
  const isNew = ({ eventId = '', timestamp = 0 }: FilteredLogEvent): boolean => {
    newestMs = Math.max(newestMs ?? 0, timestamp);
    if (known.has(eventId)) return false;
    known.set(eventId, timestamp);
    return true;
  };
  const forgetOld = (beforeMs: number) => {
    for (const [eventId, timestamp] of known) if (timestamp < beforeMs) known.delete(eventId);
  };
  return async (abortSignal: AbortSignal): Promise<readonly LifecycleEvent[]> => {
    const isFirst = newestMs === undefined;
    const startTime = Math.max(0, (newestMs ?? clock.now()) - OVERLAP_MS);
    const messages: string[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime })) {
      abortSignal.throwIfAborted();
      messages.push(...events.filter(isNew).map(({ message = '' }) => message));
    }
    newestMs ??= startTime + OVERLAP_MS;
    forgetOld(newestMs - OVERLAP_MS);
    return isFirst ? [] : messages.map(readLifecycleEvent).filter((event) => event !== undefined);
  };
}
