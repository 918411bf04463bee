import { isDeepStrictEqual } from 'node:util';
import { aDecommission, aDevice, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import { broken } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import {
  nastyDeviceId,
  nastyNumber,
  nastyString,
  nastyValue,
  objectOf,
} from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  fromItem,
  toInvalidItem,
  toItem,
  toRestoredItem,
  toSnapshot,
} from '../../shared/adapters/device-store/records.ts';
import { findStorageProblem, storedBytes } from '../../shared/domain/attributes.ts';
import type { Device, InvalidDevice } from '../../shared/domain/device.ts';
import { readRow } from '../../shared/domain/fleet.ts';
import { countMessage } from '../../shared/domain/ghost.ts';
import { claimsOf, DEVICE_ID_PATTERN, guardId } from '../../shared/domain/identifiers.ts';
import { deviceOfPurge, isDeviceRecord, requestedPurgeId } from '../../shared/domain/purge.ts';
import {
  MAX_RETENTION_DAYS,
  remainingSeconds,
  retentionDaysFor,
  ttlAfter,
  ttlAfterSeconds,
} from '../../shared/domain/retention.ts';
import * as fields from '../../shared/input.ts';
import { problemOfItem } from './support/aws-limits.ts';
import { demand, nameOf } from './support/judge.ts';

const NOW = Date.UTC(2026, 5, 1, 12);

/** Whether what a device sends is taken, and as what. */
function parsed<T>(
  schema: Parameters<typeof fields.parseInput>[0],
  value: unknown,
): { readonly value: T } | string {
  try {
    return { value: fields.parseInput(schema, value) as T };
  } catch (error) {
    return nameOf(error);
  }
}

const attributes = fc.oneof(
  nastyValue,
  fc.array(fc.tuple(nastyString, nastyValue), { maxLength: 4 }).map(objectOf),
  broken(fc.constant({ room: { floor: 3, tags: ['a', { b: null }] }, on: true })),
);
const octets = fc.uint8Array({ minLength: 6, maxLength: 6 });
const spelling = fc.tuple(fc.constantFrom(':', '-', ''), fc.boolean());
const spell = (bytes: Uint8Array, [separator, isUpper]: readonly [string, boolean]): string => {
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(separator);
  return isUpper ? text.toUpperCase() : text;
};

describe(`what devices are called, and have (TEST_SEED=${TEST_SEED})`, () => {
  it('is taken only if DynamoDB keeps it just as it is', async () => {
    const tally = await fuzz('service/attributes', attributes, (value) => {
      const taken = parsed<Record<string, unknown>>(fields.attributesField, value);
      if (typeof taken === 'string') return taken;
      const item = toItem(aDevice({ attributes: taken.value }));
      const problem = problemOfItem(item);
      demand(problem === undefined, () => `${problem}: ${JSON.stringify(value).slice(0, 500)}`);
      const kept = fromItem(item)['attributes'];
      demand(isDeepStrictEqual(kept, taken.value), () => `Kept as ${JSON.stringify(kept)}`);
      demand(
        isDeepStrictEqual(taken.value, JSON.parse(JSON.stringify(value))),
        () => `Taken as ${JSON.stringify(taken.value)}`,
      );
      demand(
        storedBytes(taken.value) <= 2 * Buffer.byteLength(JSON.stringify(value)) + 3,
        () => 'Grows more than twofold',
      );
      return 'accepted';
    });
    expect(tally).toMatchObject({ accepted: expect.any(Number), InvalidInput: expect.any(Number) });
  });

  it('is looked through without running out of stack, however deep', async () => {
    await fuzz('service/storage-problems', nastyValue, (value) => {
      const problem = findStorageProblem(value);
      return problem === undefined ? 'accepted' : 'InvalidInput';
    });
  });

  it('shares a guard with just what is the same in another spelling', async () => {
    const pair = fc.tuple(octets, octets, spelling, spelling, nastyString, nastyString);
    await fuzz('service/guards', pair, ([one, other, first, second, serialNumber, otherSerial]) => {
      const guardsOf = (macAddress: string, serial: string) =>
        claimsOf({ serialNumber: serial, macAddress }).map(guardId);
      const [ofSerial, ofMac] = guardsOf(spell(one, first), serialNumber);
      const [again, same] = guardsOf(spell(one, second), serialNumber);
      const [otherGuard, different] = guardsOf(spell(other, second), otherSerial);
      demand(ofMac === same && ofSerial === again, () => `${ofMac} is not ${same}`);
      const isSameMac = Buffer.from(one).equals(Buffer.from(other));
      demand((ofMac === different) === isSameMac, () => `${ofMac} and ${different}`);
      demand(
        (ofSerial === otherGuard) === (serialNumber === otherSerial),
        () => `${ofSerial}, ${otherGuard}`,
      );
      for (const guard of [ofSerial, ofMac, otherGuard]) {
        demand(!DEVICE_ID_PATTERN.test(String(guard)), () => `The guard "${guard}" passes for a device`);
        demand(isDeviceRecord(String(guard)), () => `The guard "${guard}" passes for a purge`);
      }
      return 'accepted';
    });
  });

  it('is a name of a device, of a guard or of a purge, and never two of them', async () => {
    await fuzz('service/identifiers', fc.tuple(nastyDeviceId, nastyString), ([deviceId, requestId]) => {
      const id = parsed<string>(fields.deviceIdField, deviceId);
      const row = readRow({ deviceId });
      demand(
        (row.problem === undefined) === (typeof id !== 'string'),
        () => `Read as ${JSON.stringify(row)}`,
      );
      demand(row.deviceId.length <= 128 && row.deviceId.isWellFormed(), () => row.deviceId);
      if (typeof id === 'string') return id;
      demand(isDeviceRecord(id.value), () => `${id.value} passes for a purge`);
      const purgeId = requestedPurgeId(id.value, requestId);
      demand(deviceOfPurge(purgeId) === id.value && !isDeviceRecord(purgeId), () => purgeId);
      return 'accepted';
    });
  });

  it('is text that can be kept, compared and shown', async () => {
    const schemas = [
      fields.serialNumberField,
      fields.nameField,
      fields.typeField,
      fields.reasonField,
      fields.requestIdField,
      fields.correlationIdField,
      fields.macAddressField,
      fields.purgeIdField,
    ];
    await fuzz('service/texts', fc.tuple(fc.constantFrom(...schemas), nastyString), ([schema, value]) => {
      const taken = parsed<string>(schema, value);
      if (typeof taken === 'string') return taken;
      demand(taken.value === value && value.isWellFormed() && value !== '', () => JSON.stringify(value));
      demand(!/\p{Cc}/u.test(value) && [...value].length <= 2_048, () => JSON.stringify(value));
      const problem = problemOfItem(toItem({ id: 'sensor-1', value }));
      demand(problem === undefined, () => String(problem));
      return 'accepted';
    });
  });
});

const days = fc.oneof(nastyNumber, fc.double({ min: 0, max: MAX_RETENTION_DAYS, noNaN: true }));
const clock = fc.integer({ min: NOW, max: NOW + 100 * 366 * 86_400_000 });

describe(`how long a record is kept (TEST_SEED=${TEST_SEED})`, () => {
  it('is a whole second that is not too early, whatever is asked for', async () => {
    const request = fc.tuple(days, clock, nastyString, fc.nat({ max: 10_000 }));
    await fuzz('service/retention', request, ([retentionDays, now, type, heldForSeconds]) => {
      const taken = parsed<number>(fields.retentionDaysField, retentionDays);
      const policy = { defaultDays: 30, byType: { camera: 7 } };
      const byType = retentionDaysFor(policy, { type, requestedDays: undefined });
      demand(byType === (type === 'camera' ? 7 : 30), () => `${byType} days for the type ${type}`);
      if (typeof taken === 'string') return taken;
      const ttl = ttlAfter(now, taken.value);
      demand(Number.isSafeInteger(ttl) && ttl * 1000 >= now, () => `ttl ${ttl} at ${now}`);
      demand(ttl * 1000 < now + taken.value * 86_400_000 + 1_001, () => `ttl ${ttl} at ${now}: too late`);
      demand(Number.isFinite(new Date(ttl * 1000).getTime()), () => `${ttl} is no time`);
      if (ttl <= now / 1000) return 'accepted';
      const later = now + heldForSeconds * 1000;
      const gained = ttlAfterSeconds(later, remainingSeconds(ttl, now)) - ttl - heldForSeconds;
      demand(gained >= 0 && gained <= 2, () => `A hold lengthens it by ${gained} s`);
      return 'accepted';
    });
  });

  it('counts a ghost by the minute, in whatever order its messages come', async () => {
    const messages = fc.array(fc.integer({ min: NOW, max: NOW + 600_000 }), { maxLength: 8 });
    await fuzz('service/ghosts', messages, (times) => {
      let ghost: Parameters<typeof countMessage>[0];
      for (const receivedAt of times)
        ghost = countMessage(ghost, { operation: 'update', receivedAt }) ?? ghost;
      const { count = 0, firstSeenAt = 0, lastSeenAt = 0 } = ghost ?? {};
      demand(count <= times.length && lastSeenAt >= firstSeenAt, () => JSON.stringify(ghost));
      demand(count <= 1 + (lastSeenAt - firstSeenAt) / 60_000, () => JSON.stringify(ghost));
      return 'accepted';
    });
  });

  it('is asked for in times and days that are some', async () => {
    const schemas = [fields.notBeforeField, fields.epochMillisecondsField, fields.versionField];
    await fuzz('service/numbers', fc.tuple(fc.constantFrom(...schemas), nastyValue), ([schema, value]) => {
      const taken = parsed<number>(schema, value);
      if (typeof taken === 'string') return taken;
      demand(Number.isSafeInteger(taken.value) && taken.value >= 0, () => String(value));
      return 'accepted';
    });
  });
});

/** What DynamoDB can hold and JavaScript cannot, and what other hands may have written into a record. */
const foreignValue = fc.oneof(
  fc.constantFrom(
    { N: '9'.repeat(38) },
    { N: '0.1234567890123456789012345678901234567' },
    { N: '1E-130' },
    { N: '-0' },
  ),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map((B) => ({ B })),
  fc.constantFrom({ BS: [Uint8Array.of(1), Uint8Array.of(2)] }, { NS: ['1', '2.50'] }, { SS: ['a', 'b'] }),
  fc.constantFrom(
    { S: '' },
    { NULL: true },
    { BOOL: false },
    { L: [] },
    { M: {} },
    { L: [{ M: { ttl: { N: '1' } } }] },
  ),
);
/** Of the record itself, the afterlife's are the service's own; within the attributes, any name is a device's. */
const foreignName = nastyString.filter(
  (name) =>
    ![
      'ttl',
      'step',
      'decommission',
      'credentials',
      'pendingSince',
      'pendingCredentials',
      'id',
      'version',
      // Refused: tests/unit/adapters/records.test.ts.
      '__proto__',
    ].includes(name),
);

describe(`a record that goes and comes back (TEST_SEED=${TEST_SEED})`, () => {
  it('is what it was, to the last digit, with what nobody here knows', async () => {
    const unknown = fc.array(fc.tuple(foreignName, foreignValue), { maxLength: 5 });
    const inner = fc.array(fc.tuple(nastyString, foreignValue), { maxLength: 5 });
    await fuzz('service/round-trips', fc.tuple(unknown, inner), ([outer, within]) => {
      const before = {
        ...(objectOf(outer) as ReturnType<typeof toItem>),
        ...toItem(aDevice()),
        attributes: { M: objectOf(within) as ReturnType<typeof toItem> },
      };
      const moved = toInvalidItem(toSnapshot<Device>(before), { decommission: aDecommission(), ttl: 60 });
      const invalid = toSnapshot<InvalidDevice>(moved);
      const after = toRestoredItem(invalid, { lastRestore: aRestore(), updatedAt: NOW });
      const { step: _, ...rest } = after;
      const expected = { ...before, version: { N: '2' }, updatedAt: { N: String(NOW) } };
      demand(isDeepStrictEqual(rest, expected), () => `${JSON.stringify(rest)}\n${JSON.stringify(expected)}`);
      return 'accepted';
    });
  });
});
