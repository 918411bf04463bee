import { START } from '@device-lifecycle/test-kit/clock.ts';
import { describe, expect, it } from '@jest/globals';
import type { Action } from '../model/actions.ts';
import type { Outcome } from '../model/outcome.ts';
import { type Deed, lives } from './life.ts';
import { linearize } from './linearize.ts';

const SECOND = START / 1000;

/** A request of the device `pump`, from the one moment to the other. */
function deed(
  [invokedAt, returnedAt]: readonly [number, number],
  action: Partial<Action> & Pick<Action, 'kind'>,
  outcome: Outcome | undefined,
  more: Partial<Extract<Deed, { kind: 'request' }>> = {},
): Deed {
  const asked = { deviceId: 'pump', requestId: `${action.kind}-1`, requestedAt: START, ...action } as Action;
  const times = [START];
  const known = { action: asked, outcome, times, madeAtEpochMs: undefined, attempt: invokedAt };
  return { kind: 'request', ...known, invokedAt, returnedAt, hint: returnedAt, ...more };
}

const NEVER = Number.POSITIVE_INFINITY;
const register = (at: readonly [number, number]) =>
  deed(at, { kind: 'register', serialNumber: 'SN-1' }, { version: 1 });
const update = (at: readonly [number, number], requestId: string, outcome: Outcome | undefined) =>
  deed(
    at,
    { kind: 'update', requestId, attributes: { by: requestId } } as Partial<Action> & { kind: 'update' },
    outcome,
  );
const decommission = (
  at: readonly [number, number],
  outcome: Outcome | undefined = { outcome: 'decommissioned', ttl: SECOND + 60 },
  requestId = 'decommission-1',
) => deed(at, { kind: 'decommission', requestId, retentionSeconds: 60 }, outcome);
const restore = (at: readonly [number, number], version: number) =>
  deed(at, { kind: 'restore' }, { outcome: 'restored', version });
const heartbeat = (at: readonly [number, number], outcome: Outcome, seenAt = START) =>
  deed(at, { kind: 'heartbeat', seenAt }, outcome);
/** By a clock that is far ahead of the others: the retention is over by it. */
const registeredAnew = [
  register([1, 2]),
  decommission([3, 4]),
  deed(
    [5, 6],
    { kind: 'register', requestId: 'register-2', serialNumber: 'SN-1' } as Action,
    { version: 1 },
    { times: [START + 60_000] },
  ),
];
const notHeld = { outcome: 'notHeld', ttl: SECOND + 60 };
const release = (at: readonly [number, number]) =>
  deed(at, { kind: 'release', requestedAt: START + 2 }, notHeld, { madeAtEpochMs: START });
const lateHold = deed([9, 10], { kind: 'hold', requestedAt: START + 1 }, 'StaleRequest');
const unheard = (known: Deed) => ({ ...known, outcome: undefined }) as Deed;
const seen = { lastSeenAt: START };

const isLegal = (...history: readonly Deed[]) => linearize(lives, history).isLinearizable;

describe('a history is legal', () => {
  it.each<[string, readonly Deed[]]>([
    ['when one comes after the other', [register([1, 2]), heartbeat([3, 4], seen), decommission([5, 6])]],
    [
      'when two at the same time can be put into an order',
      [
        register([1, 2]),
        decommission([3, 9]),
        heartbeat([4, 5], seen),
        heartbeat([6, 7], 'DeviceDecommissioned'),
      ],
    ],
    [
      'when what nobody has heard of has had its effect late',
      [
        register([1, 2]),
        unheard(decommission([3, NEVER])),
        heartbeat([4, 5], seen),
        heartbeat([6, 7], 'DeviceDecommissioned'),
      ],
    ],
    [
      'when what nobody has heard of has had none',
      [register([1, 2]), unheard(decommission([3, NEVER])), heartbeat([8, 9], seen)],
    ],
    [
      'when a request is tried again that had its effect, and is answered from memory',
      [
        unheard(register([1, NEVER])),
        register([3, 4]),
        update([5, 6], 'a', { version: 2 }),
        register([7, 8]),
      ],
    ],
    [
      'when a retention is over by the clock of the one, and not of the other',
      [
        register([1, 2]),
        decommission([3, 4]),
        deed([5, 6], { kind: 'restore' }, 'RetentionExpired', { times: [START + 60_000] }),
        heartbeat([7, 8], 'DeviceDecommissioned'),
      ],
    ],
    [
      'when a release finds nothing held by a clock that is behind, and is remembered',
      [...registeredAnew, release([7, 8]), lateHold],
    ],
    ['when nobody has heard of that', [...registeredAnew, unheard(release([7, 8])), lateHold]],
  ])('%s', (_, history) => {
    expect(isLegal(...history)).toBe(true);
  });
});

describe('a history is not legal', () => {
  it.each<[string, readonly Deed[]]>([
    ['with a stale read', [register([1, 2]), decommission([3, 4]), heartbeat([5, 6], seen)]],
    [
      'with a lost update',
      [register([1, 2]), update([3, 6], 'a', { version: 2 }), update([4, 5], 'b', { version: 2 })],
    ],
    [
      'with half a move: a device that is in neither table',
      [register([1, 2]), decommission([3, 9]), heartbeat([4, 5], 'DeviceNotFound')],
    ],
    [
      'with a request that was done twice',
      [register([1, 2]), update([3, 4], 'a', { version: 2 }), update([5, 6], 'a', { version: 3 })],
    ],
    [
      'with a device that comes back by itself',
      [
        register([1, 2]),
        decommission([3, 4]),
        heartbeat([5, 6], 'DeviceDecommissioned'),
        heartbeat([7, 8], seen),
      ],
    ],
    ['with a restore that skips a version', [register([1, 2]), decommission([3, 4]), restore([5, 6], 3)]],
    [
      'with a device that comes back from beyond its retention',
      [
        register([1, 2]),
        decommission([3, 4]),
        deed([5, 6], { kind: 'restore' }, { outcome: 'restored', version: 2 }, { times: [START + 60_000] }),
      ],
    ],
    [
      'with a serial number that two devices have',
      [
        register([1, 2]),
        deed([3, 4], { kind: 'register', deviceId: 'fan', serialNumber: 'SN-1' }, { version: 1 }),
      ],
    ],
    [
      'with the wrong owner of a serial number',
      [
        register([1, 2]),
        deed([3, 4], { kind: 'register', deviceId: 'fan', serialNumber: 'SN-1' }, 'IdentifierTaken by valve'),
      ],
    ],
    [
      'with a hold, by a clock that is behind, of a device that has been registered anew',
      [...registeredAnew, deed([7, 8], { kind: 'hold' }, { outcome: 'held' }, { madeAtEpochMs: START })],
    ],
    [
      'with a write, by a clock that is behind, that changes nothing',
      [...registeredAnew, release([7, 8]), release([9, 10])],
    ],
    ['with an answer before the request was made', [heartbeat([1, 2], seen), register([3, 4])]],
    [
      'with a record that the tables lack at the end',
      [
        register([1, 2]),
        {
          kind: 'look',
          tables: { devices: new Map(), invalidDevices: new Map() },
          invokedAt: 9,
          returnedAt: 9,
          hint: 9,
        },
      ],
    ],
  ])('%s', (_, history) => {
    expect(isLegal(...history)).toBe(false);
  });

  it('and the longest order that there is tells where it ends', () => {
    const wrong = heartbeat([5, 6], seen);
    const verdict = linearize(lives, [register([1, 2]), decommission([3, 4]), wrong]);
    expect(verdict).toMatchObject({ isLinearizable: false, next: [wrong] });
    expect(verdict.order).toHaveLength(2);
  });
});
