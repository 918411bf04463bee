import { broken, brokenBytes } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import type { Entry } from '@device-lifecycle/test-kit/fuzz/entries.ts';
import { fuzz, type Tally } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
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
import { mostly, record, some, worldId } from './support/inputs.ts';
import { demand, judgeRule, judgeTask } from './support/judge.ts';
import { loadFunction, type Ran } from './support/service.ts';
import { changedIn, ownerOf, SECRET, WORLD_IDS } from './support/world.ts';

const NOW_SECONDS = Math.floor(Date.now() / 1000);
const serialNumber = mostly(
  fc.constantFrom(...WORLD_IDS.map((id) => `SN-${id}`), 'SN-new', 'SN-other', 'serialNumber#SN-held'),
  nastyString,
);
const macAddress = mostly(
  fc.constantFrom('02:00:5e:10:00:0a', '02-00-5E-10-00-0B', '02005e10000c', '02:00:5e:10:00:0a:00:01'),
  nastyString,
);
const text = mostly(
  fc.constantFrom('pump', `${SECRET} pump`, 'camera', '__proto__', 'constructor'),
  nastyString,
);
const attributes = mostly(
  fc.oneof(
    fc.constantFrom({ secret: SECRET, room: { floor: 3 } }, {}, { room: null, ttl: 1, step: { M: {} } }),
    fc.array(fc.tuple(nastyString, nastyValue), { maxLength: 2 }).map(objectOf),
  ),
  nastyValue,
);
const requestId = some(
  mostly(fc.constantFrom('request-1', 'register-sensor-1', 'decommission-1', 'restore-1'), nastyString),
);

const PAYLOADS = {
  register: record({
    serialNumber,
    macAddress: some(macAddress),
    name: some(text),
    type: some(text),
    attributes: some(attributes),
    requestId,
  }),
  update: record({
    serialNumber: some(serialNumber),
    macAddress: some(fc.option(macAddress)),
    name: some(fc.option(text)),
    attributes: some(fc.option(attributes)),
    version: some(mostly(fc.constantFrom(1, 2), nastyNumber)),
    requestId,
  }),
  heartbeat: record({ requestId }),
  decommission: record({
    reason: some(text),
    notBefore: some(mostly(fc.constantFrom(1, NOW_SECONDS, NOW_SECONDS + 60), nastyNumber)),
    requestId,
  }),
} as const;
type Operation = keyof typeof PAYLOADS;

/** Whom the client names, and whom the topic: mostly the client acts for itself; the rest names somebody else. */
const identities = fc
  .tuple(worldId, fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, nastyDeviceId), fc.boolean())
  .map(([deviceId, other = deviceId, isClient]) => ({
    deviceId: isClient ? deviceId : other,
    clientId: isClient ? other : deviceId,
  }));
const transmission = record({
  principal: some(fc.oneof(fc.constantFrom('c'.repeat(64), 'd'.repeat(64)), nastyString)),
  receivedAt: fc.integer({ min: Date.now() - 7_200_000, max: Date.now() }),
  traceId: fc.nat().map((number) => `trace-${number}`),
});

/** A client's message as the rule hands it over. */
function messages(operation: Operation): fc.Arbitrary<unknown> {
  const envelope = fc.tuple(identities, transmission).map(([identity, rest]) => ({
    trigger: 'rule',
    operation,
    topic: `devices/${identity.deviceId}/${operation}`,
    ...identity,
    ...rest,
  }));
  const damaged = fc.oneof({ weight: 12, arbitrary: envelope }, { weight: 1, arbitrary: broken(envelope) });
  return fc.tuple(damaged, brokenBytes(PAYLOADS[operation])).map(([around, payload]) => {
    const isObject = typeof around === 'object' && around !== null && !Array.isArray(around);
    return isObject ? { payload: Buffer.from(payload).toString('base64'), ...around } : around;
  });
}

/** Nothing changes but what is the client's own, in either table, guards and all. */
function judgeAuthority({ tables }: Ran, clientId: unknown): void {
  for (const id of changedIn(tables)) {
    const owner = ownerOf(id, tables);
    demand(owner === clientId, () => `${String(clientId)} has changed "${id}" of ${owner}`);
  }
}

const FUNCTIONS: Readonly<Record<Operation, string>> = {
  register: 'register-device',
  update: 'update-device',
  heartbeat: 'record-heartbeat',
  decommission: 'decommission-device',
};

async function fuzzRule(operation: Operation): Promise<Tally> {
  const invoke = await loadFunction(FUNCTIONS[operation]);
  return fuzz(`service/${operation}` satisfies Entry, messages(operation), async (event) => {
    const ran = await invoke(event);
    const { clientId, trigger, source } = Object(event);
    // What the rule did not send is an execution's input to the function that both invoke.
    if (operation === 'decommission' && (trigger !== 'rule' || source !== undefined)) return judgeTask(ran);
    judgeAuthority(ran, clientId);
    return judgeRule(ran, { clientId });
  });
}

describe(`whatever a device publishes (TEST_SEED=${TEST_SEED})`, () => {
  it.each<[Operation, readonly string[]]>([
    ['register', ['DeviceAlreadyRegistered', 'DeviceDecommissioned', 'IdentifierTaken']],
    ['update', ['DeviceNotFound', 'DeviceDecommissioned', 'IdentifierTaken', 'StaleVersion']],
    ['heartbeat', ['DeviceNotFound', 'DeviceDecommissioned']],
    ['decommission', ['DeviceNotFound']],
  ])('to %s is accepted, rejected with a reason, or dead-lettered', async (operation, rejections) => {
    const tally = await fuzzRule(operation);
    const always = ['accepted', 'InvalidInput', 'DeviceIdMismatch', 'deadLettered'];
    expect(Object.keys(tally)).toEqual(expect.arrayContaining([...always, ...rejections]));
  });
});
