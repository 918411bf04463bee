import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDecommission } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { countMessage, GHOST_RECORDED_EVERY_MS, isGhost } from '../../../shared/domain/ghost.ts';

const message = (receivedAt: number) => ({ operation: 'update', receivedAt }) as const;

describe('isGhost', () => {
  it.each([
    [-1, false],
    [0, false],
    [1, true],
  ])('says of a message %p ms after the decommissioning: %p', (ms, expected) => {
    expect(isGhost({ decommission: aDecommission() }, message(START + ms))).toBe(expected);
  });
});

describe('countMessage', () => {
  const ghost = {
    count: 7,
    firstSeenAt: START,
    lastSeenAt: START + 500_000,
    lastOperation: 'heartbeat',
  } as const;

  it('begins with the first message', () => {
    const first = { count: 1, firstSeenAt: START, lastSeenAt: START, lastOperation: 'update' };
    expect(countMessage(undefined, message(START))).toEqual(first);
  });

  it('counts the next one of another minute', () => {
    const lastSeenAt = ghost.lastSeenAt + GHOST_RECORDED_EVERY_MS;
    const next = { count: 8, firstSeenAt: START, lastSeenAt, lastOperation: 'update' };
    expect(countMessage(ghost, message(lastSeenAt))).toEqual(next);
  });

  it.each([GHOST_RECORDED_EVERY_MS - 1, 0, -1, -400_000])(
    'counts none that is repeated, late, or of the same minute (%p ms after the last)',
    (ms) => {
      expect(countMessage(ghost, message(ghost.lastSeenAt + ms))).toBeUndefined();
    },
  );
});
