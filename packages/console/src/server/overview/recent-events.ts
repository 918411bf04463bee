import type { LifecycleEvent } from '../../contract/live.ts';
import type { RecentEvents } from '../../contract/overview.ts';
import { readLifecycleEvent } from '../live/lifecycle-event.ts';
import { eventsLogGroupOf } from '../live/lifecycle-feed.ts';
import type { ConsoleTools } from '../tools.ts';
import type { Follower } from './follower.ts';
import { askLogs, SPAN_MS } from './insights.ts';
import { keep } from './keep.ts';

const MOST = 12;

type Tools = Pick<ConsoleTools, 'stack' | 'clients' | 'clock' | 'signal'>;

interface RecentEventsOptions {
  readonly follower: Follower;
  /** By the stack's clock. */
  now(): Promise<number>;
}

/** Tells the newest events: asked for once, then heard of. @throws CliError, and errors of the SDK */
export function createRecentEvents(
  tools: Tools,
  { follower, now }: RecentEventsOptions,
): () => Promise<RecentEvents> {
  let heard: readonly LifecycleEvent[] = [];
  let atMost: number | undefined;
  follower.add({
    follow(events) {
      heard = newest([...heard, ...events]);
    },
    begin() {
      // There may have been others in between.
      atMost = 0;
    },
  });
  const load = async (): Promise<readonly LifecycleEvent[]> => {
    const { rows } = await askLogs(tools, {
      title: 'events',
      logGroupNames: [eventsLogGroupOf(tools.stack)],
      queryString: `fields @message | sort detail.at desc | limit ${MOST}`,
      fromMs: (await now()) - SPAN_MS.week,
      limit: MOST,
    });
    return rows
      .map((row) => readLifecycleEvent(row['@message'] ?? ''))
      .filter((event) => event !== undefined);
  };
  const found = keep(load, { clock: tools.clock, freshMs: Number.POSITIVE_INFINITY });
  return async () => {
    await follower.touch();
    const asked = atMost;
    atMost = undefined;
    return { events: newest([...(await found(asked)), ...heard]) };
  };
}

/** The newest first, each once. */
function newest(events: readonly LifecycleEvent[]): readonly LifecycleEvent[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return [...byId.values()]
    .sort((one, other) => other.at - one.at || other.sequence - one.sequence)
    .slice(0, MOST);
}
