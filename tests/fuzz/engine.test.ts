import { isDeepStrictEqual } from 'node:util';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyString, nastyValue, objectOf } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { createStoreFixture, type StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { useEngine } from '@device-lifecycle/test-kit/use-store.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Item } from '../../shared/adapters/device-store/records.ts';
import { registerDevice } from '../../shared/commands/register-device.ts';
import { restoreDevice } from '../../shared/commands/restore-device.ts';
import * as fields from '../../shared/input.ts';
import { demand, nameOf } from './support/judge.ts';

const engine = useEngine();
let at: StoreFixture;
beforeAll(async () => {
  at = await createStoreFixture(engine.endpoint);
});
afterAll(() => at.client.destroy());

let cases = 0;
/** Each case has a device of its own. */
const nextId = () => {
  cases += 1;
  return `device-${cases}`;
};

const foreignValue: fc.Arbitrary<Item[string]> = fc.oneof(
  fc.constantFrom<Item[string]>(
    { N: '9'.repeat(38) },
    { N: '0.12345678901234567890123456789012345678' },
    { N: '-1.5' },
    { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
    { NS: ['1', '2.5'] },
    { SS: ['a', 'b'] },
    { S: '' },
    { NULL: true },
    { L: [{ M: { ttl: { N: '1' } } }, { M: {} }] },
  ),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map((B) => ({ B })),
  nastyString.map((S) => ({ S: S.toWellFormed() })),
);
/** The afterlife's are the service's own; `__proto__` the SDK would lose (tests/unit/adapters/records.test.ts). */
const OWN = [
  '__proto__',
  'ttl',
  'decommission',
  'credentials',
  'pendingSince',
  'pendingCredentials',
  'id',
  'version',
  'step',
  'requests',
];
const nameOfAttribute = nastyString.map((name) => name.toWellFormed()).filter((name) => name !== '');
const outer = fc.array(
  fc.tuple(
    nameOfAttribute.filter((name) => !OWN.includes(name)),
    foreignValue,
  ),
  { maxLength: 4 },
);
const inner = fc.array(fc.tuple(nameOfAttribute, foreignValue), { maxLength: 4 });

describe(`the tables (TEST_SEED=${TEST_SEED})`, () => {
  it('give a record back after a move and a restore, to the last digit, whatever another hand has put into it', async () => {
    await fuzz('service/engine-moves', fc.tuple(outer, inner), async ([others, within]) => {
      const id = nextId();
      await at.store.register(aDevice({ id, serialNumber: `SN-${id}` }), at);
      const registered = (await at.readItem('devices', id)) ?? {};
      const attributes = { M: objectOf(within) as Item };
      await at.putItem('devices', { ...(objectOf(others) as Item), ...registered, attributes });
      const before = await at.readItem('devices', id);
      await at.decommission(id, { ttlInSeconds: 60 });
      const request = { deviceId: id, requestedBy: 'operator', requestId: 'restore', requestedAt: START };
      await restoreDevice(request, at);
      const { version, updatedAt, ...after } = (await at.readItem('devices', id)) ?? {};
      const { version: _, updatedAt: __, ...expected } = before ?? {};
      demand(
        isDeepStrictEqual(after, expected),
        () => `${JSON.stringify(after)}\n${JSON.stringify(expected)}`,
      );
      demand(Object.keys(after).length >= others.length, () => 'Something is lost on the way to the table');
      return 'accepted';
    });
  });

  it('take what a device may send, and no repetition of it is another request', async () => {
    const sent = fc.tuple(nastyString, nastyString, fc.oneof(nastyValue, inner.map(objectOf)));
    const tally = await fuzz('service/engine-registers', sent, async ([serial, name, attributes]) => {
      const id = nextId();
      try {
        const device = {
          deviceId: id,
          serialNumber: `${id} ${fields.parseInput(fields.serialNumberField, serial).slice(0, 200).toWellFormed()}`,
          name: fields.parseInput(fields.nameField, name),
          attributes: fields.parseInput(fields.attributesField, attributes),
          requestedAt: START,
        };
        const first = await registerDevice({ ...device, requestId: 'one' }, at);
        const again = await registerDevice({ ...device, requestId: 'two' }, at);
        demand(isDeepStrictEqual(first, again), () => JSON.stringify([first, again]));
        const stored = await at.read('devices', id);
        const isKept = isDeepStrictEqual(stored?.['attributes'], device.attributes);
        demand(isKept, () => JSON.stringify(stored));
        return 'accepted';
      } catch (error) {
        return nameOf(error);
      }
    });
    expect(Object.keys(tally).toSorted()).toEqual(['InvalidInput', 'accepted']);
  });
});
