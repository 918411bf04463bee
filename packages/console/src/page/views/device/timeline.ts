import type { DeviceAnswer, Move } from '../../../contract/device.ts';
import type { LifecycleEvent } from '../../../contract/live.ts';
import type { LogEntry } from './log-lines.ts';

/** What a device's timeline shows: a step of its life, a legal hold or its release, or what was logged. */
export type Entry =
  | { readonly kind: 'event'; readonly key: string; readonly at: number; readonly event: LifecycleEvent }
  | {
      readonly kind: 'held' | 'released';
      readonly key: string;
      readonly at: number;
      readonly move: Move;
    }
  | LogEntry;

/** One of the lives of an id. */
export interface Life {
  /** Epoch milliseconds; absent for what was before all that is known. */
  readonly registeredAt?: number;
  /** The newest first. */
  readonly entries: readonly Entry[];
}

/** Holds are no steps of a life, so that the record alone tells of them: of the last one each. */
export function holdsOf({ record: { hold, release } }: Pick<DeviceAnswer, 'record'>): readonly Entry[] {
  return [
    ...(hold === undefined ? [] : [entryOf('held', hold)]),
    ...(release === undefined ? [] : [entryOf('released', release)]),
  ];
}

const entryOf = (kind: 'held' | 'released', move: Move): Entry => ({
  kind,
  key: `${kind}/${move.at}`,
  at: move.at,
  move,
});

/**
 * The lives of an id, the newest first. Events say by themselves where they belong (docs/events.md: by `registeredAt`,
 * then by `sequence`); what else there is, such as `others`, is put among them by its time.
 */
export function livesOf(events: Iterable<LifecycleEvent>, others: readonly Entry[]): readonly Life[] {
  const byLife = Map.groupBy(events, ({ registeredAt }) => registeredAt);
  const starts = [...byLife.keys()].sort((one, other) => other - one);
  const lifeAt = (at: number) => starts.find((registeredAt) => registeredAt <= at);
  const othersOf = Map.groupBy(others, ({ at }) => lifeAt(at));
  const lives: Life[] = starts.map((registeredAt) => {
    const steps = (byLife.get(registeredAt) ?? []).toSorted((one, other) => other.sequence - one.sequence);
    return { registeredAt, entries: merge(steps.map(stepOf), newestFirst(othersOf.get(registeredAt))) };
  });
  const before = newestFirst(othersOf.get(undefined));
  return before.length === 0 ? lives : [...lives, { entries: before }];
}

const stepOf = (event: LifecycleEvent): Entry => ({ kind: 'event', key: event.id, at: event.at, event });

const newestFirst = (entries: readonly Entry[] = []): readonly Entry[] =>
  entries.toSorted((one, other) => other.at - one.at);

/** Both are in their order, which is kept. */
function merge(steps: readonly Entry[], others: readonly Entry[]): readonly Entry[] {
  const merged: Entry[] = [];
  let next = 0;
  for (const step of steps) {
    for (let other = others[next]; other !== undefined && other.at > step.at; other = others[next]) {
      merged.push(other);
      next += 1;
    }
    merged.push(step);
  }
  return [...merged, ...others.slice(next)];
}
