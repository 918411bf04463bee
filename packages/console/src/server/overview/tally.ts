import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { LifecycleCounts, LifecycleEvent, LifecycleEventType } from '../../contract/live.ts';
import type { Census } from '../../contract/overview.ts';
import { createEnds } from './ends.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/** What is counted of the tables, in numbers alone: those of a million devices take no more room than those of a thousand. */
export interface Tally {
  /** An item of `devices`: its id. */
  takeDevice(item: Item): void;
  /** An item of `invalid-devices`: its id, `ttl` and, of `ghost`, whether there is one. */
  takeInvalidDevice(item: Item): void;
  /** All has been read. `nowMs`: the stack's. */
  end(nowMs: number): void;
  /** What is heard of; `counts` are of all events, also of those that are not among `events`. */
  follow(events: readonly LifecycleEvent[], counts: LifecycleCounts): void;
  describe(nowMs: number): Omit<Census, 'countedAtMs' | 'isFollowed'>;
}

/** `startMs`: when the reading begins, by the stack's clock. */
export function createTally(startMs: number): Tally {
  const counts = { active: 0, held: 0, ghosts: 0, unplaced: 0 };
  const ends = createEnds(startMs);
  let endMs: number | undefined;
  let isApproximate = false;
  /** So many are in the afterlife or have left it, with no word on which. */
  const addSomewhere = (by: number) => {
    counts.unplaced += by;
    if (by !== 0) isApproximate = true;
  };
  const add = (ttlSeconds: number | undefined, by: 1 | -1) => {
    if (ttlSeconds === undefined) counts.held += by;
    else ends.add(ttlSeconds * 1_000, by);
  };
  const followOne = ({ type, retention, receipt }: LifecycleEvent) => {
    if (type === 'DeviceRegistered' || type === 'DeviceRestored') counts.active += 1;
    if (type === 'DeviceRestored') addSomewhere(-1);
    if (type === 'DeviceDecommissioned') {
      counts.active -= 1;
      add(retention?.ttl, 1);
    }
    // The receipt comes when all is removed; its record may have been gone before anything was counted.
    if (type === 'DevicePurged' && Number(receipt?.['recordRemovedAt']) >= startMs) add(retention?.ttl, -1);
  };
  return {
    takeDevice({ id }) {
      if (!isGuard(id)) counts.active += 1;
    },
    takeInvalidDevice({ id, ttl, ghost }) {
      if (isGuard(id)) return;
      if (ghost !== undefined) counts.ghosts += 1;
      add(ttl?.N === undefined ? undefined : Number(ttl.N), 1);
    },
    end(nowMs) {
      endMs = nowMs;
    },
    follow(events, all) {
      const readUntilMs = endMs ?? Number.POSITIVE_INFINITY;
      if (events.some(({ at }) => at >= startMs && at <= readUntilMs)) isApproximate = true;
      for (const event of events) if (event.at > readUntilMs) followOne(event);
      const untold = (type: LifecycleEventType) =>
        (all[type] ?? 0) - events.filter((event) => event.type === type).length;
      const [registered, restored] = [untold('DeviceRegistered'), untold('DeviceRestored')];
      const [decommissioned, purged] = [untold('DeviceDecommissioned'), untold('DevicePurged')];
      counts.active += registered + restored - decommissioned;
      addSomewhere(decommissioned - restored - purged);
    },
    describe(nowMs) {
      const { expired, byDay, later } = ends.byDay(nowMs);
      const ahead = byDay.reduce((sum, { count }) => sum + count, 0) + later;
      return {
        isApproximate,
        active: notNegative(counts.active),
        decommissioned: notNegative(ahead + counts.held + counts.unplaced),
        held: notNegative(counts.held),
        ghosts: counts.ghosts,
        expired: notNegative(expired),
        expiringByDay: byDay.map(({ startMs: dayMs, count }) => ({
          startMs: dayMs,
          count: notNegative(count),
        })),
        expiringLater: notNegative(later),
      };
    },
  };
}

/** Guards and what is left of purged devices have ids that no device has. */
const isGuard = (id: AttributeValue | undefined): boolean => id?.S?.includes('#') === true;

const notNegative = (count: number): number => Math.max(0, count);
