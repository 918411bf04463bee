import { type Item, scanTable } from '@device-lifecycle/test-kit/tables.ts';
import { expect } from '@jest/globals';
import { toStreamedWrite } from '../../../shared/adapters/streamed-writes.ts';
import { toLifecycleEvent } from '../../../shared/domain/events.ts';
import { claimsOf, guardId } from '../../../shared/domain/identifiers.ts';
import { isDeviceRecord } from '../../../shared/domain/purge.ts';
import { readStream } from '../../support/table-changes.ts';
import type { World } from './world.ts';

const isUnexpired = ({ ttl }: Item, now: number) => ttl?.N === undefined || Number(ttl.N) * 1000 > now;

/**
 * The tables hold the model's devices, each in the one where it should be, and a guard for each of their claims, which
 * expires when the record does: not at all in service and under legal hold.
 */
export async function expectTables({ at, model }: World): Promise<void> {
  const guards = new Map<string, number | undefined>();
  for (const [deviceId, device] of model.active) {
    const { life: _, answered: __, lastRestore: ___, ...record } = device;
    const actual = await at.read('devices', deviceId);
    expect(actual).toMatchObject(record);
    expect(actual).not.toHaveProperty('ghost');
    for (const claim of claimsOf(device)) guards.set(guardId(claim), undefined);
  }
  const lyingIds = [...model.invalid.keys()].filter((id) => model.unexpired(id) !== undefined);
  for (const deviceId of lyingIds) {
    const lying = model.unexpired(deviceId);
    if (lying === undefined) continue;
    const {
      life: _,
      answered: __,
      lastRestore: ___,
      requestId,
      requestedAt,
      decommissionedAt,
      ...stored
    } = lying;
    const { ttl, ghost, ...record } = stored;
    const actual = await at.read('invalidDevices', deviceId);
    expect(actual).toMatchObject({
      ...record,
      decommission: { requestId, requestedAt, at: decommissionedAt },
    });
    expect(actual?.['ttl']).toBe(ttl);
    expect(actual?.['ghost']).toEqual(ghost);
    for (const claim of claimsOf(lying)) guards.set(guardId(claim), ttl);
  }
  const now = at.clock();
  const unexpired = async (table: string) =>
    [...(await scanTable(at.client, table))].filter(([, item]) => isUnexpired(item, now));
  const items = await unexpired(at.tables.devices);
  expect(new Set(items.map(([id]) => id))).toEqual(new Set([...model.active.keys(), ...guards.keys()]));
  for (const [id, item] of items) {
    expect([id, item['ttl']?.N]).toEqual([id, guards.get(id)?.toString()]);
  }
  const lying = (await unexpired(at.tables.invalidDevices)).map(([id]) => id).filter(isDeviceRecord);
  expect(new Set(lying)).toEqual(new Set(lyingIds));
}

/** Each life that has ended has one record of its purge, with a receipt, and one event; those that have not have none. */
export async function expectReceipts(
  { at, iot, model, certificates, afterlife }: World,
  endpoint: string,
): Promise<void> {
  const ended = [...certificates].filter(([life]) => !model.lives.has(life));
  const purges = await afterlife.purges();
  expect(purges.flatMap(({ device }) => device.certificateIds).sort()).toEqual(
    ended.map(([, id]) => id).sort(),
  );
  for (const { id, receipt, pendingSince } of purges) {
    expect([id, pendingSince, receipt]).toEqual([id, undefined, expect.anything()]);
  }
  const removed = new Set(purges.flatMap(({ receipt }) => receipt?.certificateIds ?? []));
  expect(ended.filter(([, id]) => !removed.has(id) && !iot.certificates.has(id))).toEqual([]);
  const records = await readStream(at.client, endpoint, at.tables.invalidDevices);
  const events = records.flatMap(({ dynamodb }) => {
    const event = toLifecycleEvent(toStreamedWrite(dynamodb as never));
    return event?.type === 'DevicePurged' ? [event.detail.id] : [];
  });
  // Who registers late, by a message from before a purge, begins another life under the same name.
  const names = purges.map(({ deviceId, device }) => `${deviceId}/${device.registeredAt}/${device.version}`);
  expect(events.length).toBe(purges.length);
  expect(new Set(events).size).toBe(new Set(names).size);
}

/** AWS IoT has what belongs to those that are there, on or off as they are, and nothing else. */
export async function expectThings({ model, iot, certificates, prepared, afterlife }: World): Promise<void> {
  const own = new Set([...prepared.values()]);
  for (const [life, certificateId] of certificates) if (model.lives.has(life)) own.add(certificateId);
  expect(new Set(iot.certificates.keys())).toEqual(own);
  for (const deviceId of iot.things) {
    const isThere = model.active.has(deviceId) || model.invalid.has(deviceId) || prepared.has(deviceId);
    expect([deviceId, isThere]).toEqual([deviceId, true]);
    await afterlife.settle(deviceId);
    const device = model.active.get(deviceId) ?? model.unexpired(deviceId);
    if (device === undefined) continue;
    const status = iot.certificates.get(certificates.get(device.life) ?? '')?.status;
    expect([deviceId, status]).toEqual([deviceId, model.active.has(deviceId) ? 'ACTIVE' : 'INACTIVE']);
  }
}
