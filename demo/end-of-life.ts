import assert from 'node:assert/strict';
import { until } from '@device-lifecycle/test-kit/eventually.ts';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { renderTables, type StoredRecord, type Tables } from '@device-lifecycle/test-kit/laptop/tables.ts';
import type { Stage } from './stage.ts';

const DAY_SECONDS = 86_400;
const MINUTE_SECONDS = 60;
const TIMEOUT_MS = 15_000;

/** The tables once they are so, or as they are when it takes too long. */
const waitForTables = ({ reader }: Stage, areSo: (tables: Tables) => boolean) =>
  until(() => reader.read(), areSo, TIMEOUT_MS);

/** What the bus has told of a device, once it has told that, or when it takes too long. */
const waitForEvent = ({ logs }: Stage, deviceId: string, type: string) =>
  until(
    () => logs.eventsOf(deviceId),
    (told) => told.includes(type),
    TIMEOUT_MS,
  );

/** A decommissioned device's retention ends: its record goes, and then all that AWS IoT has of it. */
export async function playEndOfLife(
  stage: Stage,
  leaver: Identity,
  retentionDays: number,
  wantsSerialNumber: (serialNumber: string) => Promise<string>,
): Promise<void> {
  const { stack, factory, say, claim } = stage;
  const { thingName, certificateId } = leaver;
  const purgeOf = ({ purges }: Tables): StoredRecord | undefined =>
    purges.find(({ deviceId }) => deviceId === thingName);

  say(`\n── ${retentionDays} days later: the retention of ${thingName} is over`);
  const { now } = await advanceClock(stack, retentionDays * DAY_SECONDS + 1);
  say(`  (the clock of this machine's stack is moved to ${now})`);
  // Each table's items expire by themselves, in any order.
  const leftOf = ({ invalidDevices, guards }: Tables) => [
    ...invalidDevices.filter(({ id }) => id === thingName),
    ...guards.filter(({ deviceId }) => deviceId === thingName),
  ];
  const expired = await waitForTables(
    stage,
    (tables) => leftOf(tables).length === 0 && purgeOf(tables) !== undefined,
  );
  claim('its record and the guards of its identifiers vanish by themselves', () =>
    assert.deepEqual(leftOf(expired), []),
  );
  await advanceClock(stack, MINUTE_SECONDS);
  const after = await waitForTables(stage, (tables) => purgeOf(tables)?.['receipt'] !== undefined);
  const [status, hasThing] = [await factory.statusOf(leaver), await factory.hasThing(thingName)];
  claim('within a minute, its certificate and its thing are gone from AWS IoT, and a receipt says so', () => {
    assert.deepEqual([status, hasThing], [undefined, false]);
    const { completedAt: _, ...receipt } = Object(purgeOf(after)?.['receipt']);
    assert.deepEqual(receipt, {
      thing: 'deleted',
      certificateIds: [certificateId],
      keptCertificateIds: [],
      thingGroups: [],
      shadows: [],
    });
  });
  const told = await waitForEvent(stage, thingName, 'DevicePurged');
  claim(`other systems have been told of its whole life: ${told.join(', ')}`, () =>
    assert.deepEqual(told, ['DeviceRegistered', 'DeviceDecommissioned', 'DevicePurged']),
  );
  const verdict = await wantsSerialNumber('SN-1002');
  claim('its serial number is free: impostor-1 may have it now', () => assert.equal(verdict, 'accepted'));
  say();
  say(renderTables(await stage.reader.read()));
}
