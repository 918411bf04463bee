import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '@device-lifecycle/operator/clock.ts';
import { isHopeless } from '@device-lifecycle/operator/explain.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type {
  LifecycleCounts,
  LifecycleEvent,
  LifecycleEventType,
  LiveMessage,
} from '../../contract/live.ts';
import { isLocal } from '../is-local.ts';
import { problemOf } from '../problem.ts';
import { createEventReader } from './event-reader.ts';

/** Of the newest of a page; a fleet that moves would flood a browser. */
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
  const begin = () => createEventReader({ client, logGroupName: eventsLogGroupOf(stack), clock });
  let read = begin();
  let isReady = false;
  const pollOnce = async (): Promise<number> => {
    for await (const events of read(signal)) {
      tell({ type: 'lifecycle', events: events.slice(-MAX_TOLD), counts: countByType(events) });
    }
    if (!isReady) tell({ type: 'ready' });
    isReady = true;
    return pollMs;
  };
  const fail = (error: unknown): number => {
    const problem = problemOf(error, stack);
    isReady = false;
    if (!signal.aborted) tell({ type: 'problem', problem });
    // It starts again in the present, where its clock may have been far ahead.
    if (isLocal(stack) && problem.kind === 'unreachable') read = begin();
    return isHopeless(error) ? HOPELESS_PATIENCE_MS : PATIENCE_MS;
  };
  while (isWanted() && !signal.aborted) await clock.sleep(await pollOnce().catch(fail), signal);
}

const countByType = (events: readonly LifecycleEvent[]): LifecycleCounts => {
  const counts: Partial<Record<LifecycleEventType, number>> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};
