import type { LifecycleCounts, LifecycleEvent, LifecycleEventType } from '../../contract/live.ts';

export const SLOT_MS = 10_000;
const MAX_SLOTS = 2_000;

export type CountsByTime = Map<number, Partial<Record<LifecycleEventType, number>>>;

/** How many of which kind happened in which ten seconds, of what was heard of. Times are those of the stack. */
interface HeardMoves {
  /** All is heard of from then on, but nothing of what was before; `undefined`: it is not known from when on. */
  begin(nowMs: number | undefined): void;
  follow(events: readonly LifecycleEvent[], counts: LifecycleCounts): void;
  /** Since when all was heard of; nothing as long as nothing is. */
  sinceMs(): number | undefined;
  /** What happened at that time or later, by when. */
  from(atMs: number): CountsByTime;
}

export function createHeardMoves(): HeardMoves {
  let sinceMs: number | undefined;
  const slots: CountsByTime = new Map();
  const add = (atMs: number, type: LifecycleEventType, count: number) => {
    if (count === 0 || sinceMs === undefined || atMs < sinceMs) return;
    addTo(slots, Math.floor(atMs / SLOT_MS) * SLOT_MS, type, count);
  };
  return {
    begin(nowMs) {
      slots.clear();
      sinceMs = nowMs;
    },
    follow(events, counts) {
      for (const { at, type } of events) add(at, type, 1);
      // Those that are not among the events happened shortly before them.
      const atMs = events[0]?.at ?? 0;
      for (const type of Object.keys(counts) as LifecycleEventType[]) {
        add(atMs, type, (counts[type] ?? 0) - events.filter((event) => event.type === type).length);
      }
      for (const slot of [...slots.keys()].slice(0, -MAX_SLOTS)) slots.delete(slot);
    },
    sinceMs: () => sinceMs,
    from: (atMs) => new Map([...slots].filter(([slot]) => slot + SLOT_MS > atMs)),
  };
}

export function addTo(slots: CountsByTime, atMs: number, type: LifecycleEventType, count: number): void {
  const counts = slots.get(atMs) ?? {};
  counts[type] = (counts[type] ?? 0) + count;
  slots.set(atMs, counts);
}
