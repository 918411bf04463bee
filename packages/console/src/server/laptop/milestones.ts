import { MILESTONES, type Milestone } from '../../contract/laptop.ts';
import type { LifecycleEventType } from '../../contract/live.ts';

/** What counts for the guide; `reused`: another device has registered with the serial number. */
export type Fact = LifecycleEventType | 'heartbeat' | 'turnedAway' | 'reused';

/** When each fact was first and last so, whatever the order in which they were heard of. Epoch milliseconds. */
export interface Facts {
  note(fact: Fact, at: number): void;
  first(fact: Fact): number | undefined;
  last(fact: Fact): number | undefined;
}

export function createFacts(): Facts {
  const spans = new Map<Fact, { readonly first: number; readonly last: number }>();
  return {
    note(fact, at) {
      const { first, last } = spans.get(fact) ?? { first: at, last: at };
      spans.set(fact, { first: Math.min(first, at), last: Math.max(last, at) });
    },
    first: (fact) => spans.get(fact)?.first,
    last: (fact) => spans.get(fact)?.last,
  };
}

type Reached = (facts: Facts) => boolean;

const everSo =
  (fact: Fact): Reached =>
  (facts) =>
    facts.first(fact) !== undefined;

const isAfter =
  (fact: Fact, earlier: Fact): Reached =>
  (facts) => {
    const [from, last] = [facts.first(earlier), facts.last(fact)];
    return from !== undefined && last !== undefined && last >= from;
  };

const REACHED: Readonly<Record<Milestone, Reached>> = {
  registered: everSo('DeviceRegistered'),
  reported: everSo('heartbeat'),
  decommissioned: everSo('DeviceDecommissioned'),
  turnedAway: isAfter('turnedAway', 'DeviceDecommissioned'),
  restored: everSo('DeviceRestored'),
  reportedAgain: isAfter('heartbeat', 'DeviceRestored'),
  decommissionedAgain: isAfter('DeviceDecommissioned', 'DeviceRestored'),
  gone: everSo('DevicePurged'),
  reused: isAfter('reused', 'DevicePurged'),
};

/** Which milestones of the guide a device has come to, by what has really happened. */
export const milestonesOf = (facts: Facts): readonly Milestone[] =>
  MILESTONES.filter((milestone) => REACHED[milestone](facts));
