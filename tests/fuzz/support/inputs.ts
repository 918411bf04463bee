import { nastyNumber, nastyString, nastyValue } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import fc from 'fast-check';
import { WORLD_IDS } from './world.ts';

export const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** An object with these members, without those that are `undefined`: as JSON would have it. */
export const record = (members: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> =>
  fc
    .record(members)
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)));

/** Mostly what could come from somebody who means well, so that what is broken beside it is what decides. */
export const mostly = (good: fc.Arbitrary<unknown>, bad: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: bad });

export const worldId: fc.Arbitrary<string> = fc.constantFrom<string>(...WORLD_IDS);
export const deviceId = mostly(worldId, nastyString);
export const reason = mostly(fc.constantFrom('worn out', 'x', '\u{1f4a5}'), nastyString);
export const retentionDays = mostly(fc.constantFrom(0.5, 1, 30, 36_500, 1e-9), nastyNumber);
export const epochMs = mostly(
  fc.constantFrom(0, 1, Date.now() - 60_000, Date.now(), Date.now() + 1_000, Number.MAX_SAFE_INTEGER),
  nastyNumber,
);

/** What a state machine adds to its input, or leaves out. */
export const envelope = {
  requestId: some(
    mostly(fc.constantFrom('request-1', 'decommission-1', 'restore-1', 'hold-1', 'purge-1'), nastyString),
  ),
  requestedAt: some(epochMs),
  correlationId: some(mostly(fc.constantFrom('arn:aws:states:x', 'trace-1'), nastyString)),
  source: some(mostly(fc.constant('execution'), nastyValue)),
};
