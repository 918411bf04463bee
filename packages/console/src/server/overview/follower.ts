import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { LifecycleCounts, LifecycleEvent, LiveMessage } from '../../contract/live.ts';
import type { LifecycleFeed } from '../live/lifecycle-feed.ts';

/** After so long without anybody who looks at the overview, AWS is asked for nothing more. */
const IDLE_MS = 10 * 60_000;

/** Who counts what happens. */
interface Counter {
  follow(events: readonly LifecycleEvent[], counts: LifecycleCounts): void;
  /** What happened in between, nobody has heard of: from now on, all is heard. */
  begin(): void;
}

export interface Follower {
  /** Somebody looks: resolves to whether all that happens from now on is heard of. */
  touch(): Promise<boolean>;
  add(counter: Counter): void;
}

interface FollowerOptions {
  readonly feed: LifecycleFeed;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Hears of what happens on behalf of the server, also while no tab listens. */
export function createFollower({ feed, clock, signal }: FollowerOptions): Follower {
  const counters = new Set<Counter>();
  let touchedAtMs = 0;
  let state: 'idle' | 'starting' | 'heard' | 'deaf' = 'idle';
  let known = Promise.withResolvers<void>();
  const begin = () => {
    if (state !== 'heard') for (const counter of counters) counter.begin();
    state = 'heard';
  };
  const hear = (message: LiveMessage) => {
    if (message.type === 'lifecycle') {
      for (const counter of counters) counter.follow(message.events, message.counts);
      return;
    }
    if (message.type === 'ready') begin();
    else state = 'deaf';
    known.resolve();
  };
  const listen = async () => {
    state = 'starting';
    known = Promise.withResolvers();
    const idle = new AbortController();
    feed.listen(hear, AbortSignal.any([idle.signal, signal]));
    while (clock.now() < touchedAtMs + IDLE_MS && !signal.aborted)
      await clock.sleep(touchedAtMs + IDLE_MS - clock.now(), signal);
    idle.abort();
    state = 'idle';
  };
  return {
    add: (counter) => counters.add(counter),
    async touch() {
      touchedAtMs = clock.now();
      if (state === 'idle') void listen();
      await known.promise;
      return state === 'heard';
    },
  };
}
