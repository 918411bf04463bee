import { expect, it } from '@jest/globals';
import { MILESTONES } from '../../../src/contract/laptop.ts';
import { createFacts, type Fact, milestonesOf } from '../../../src/server/laptop/milestones.ts';

const LIFE: readonly (readonly [Fact, number])[] = [
  ['DeviceRegistered', 1],
  ['heartbeat', 2],
  ['DeviceDecommissioned', 3],
  ['turnedAway', 4],
  ['DeviceRestored', 5],
  ['heartbeat', 6],
  ['DeviceDecommissioned', 7],
  ['DevicePurged', 8],
  ['reused', 9],
];

const reachedBy = (facts: readonly (readonly [Fact, number])[]) => {
  const known = createFacts();
  for (const [fact, at] of facts) known.note(fact, at);
  return milestonesOf(known);
};

it('comes to one milestone with each fact, in whatever order they are heard of', () => {
  for (const [index] of LIFE.entries()) {
    const past = LIFE.slice(0, index + 1);
    expect(reachedBy(past)).toEqual(MILESTONES.slice(0, index + 1));
    expect(reachedBy(past.toReversed())).toEqual(MILESTONES.slice(0, index + 1));
  }
});

it('does not take what came before a move for what came after it', () => {
  expect(
    reachedBy([
      ['turnedAway', 1],
      ['heartbeat', 2],
      ['reused', 3],
      ['DeviceDecommissioned', 4],
      ['DeviceRestored', 5],
      ['DevicePurged', 6],
    ]),
  ).toEqual(['reported', 'decommissioned', 'restored', 'gone']);
});
