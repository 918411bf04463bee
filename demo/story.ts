import assert from 'node:assert/strict';
import { until } from '@device-lifecycle/test-kit/eventually.ts';
import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { LogReader, LogRow } from '@device-lifecycle/test-kit/laptop/logs.ts';
import {
  renderTable,
  renderTables,
  type StoredRecord,
  type TableReader,
  type Tables,
} from '@device-lifecycle/test-kit/laptop/tables.ts';
import { playEndOfLife } from './end-of-life.ts';
import { playFleet } from './fleet.ts';
import type { Stage } from './stage.ts';

const RETENTION_DAYS = 30;
const SECONDS_PER_DAY = 86_400;
const TIMEOUT_MS = 10_000;

const find = (records: readonly StoredRecord[], id: string) => records.find((record) => record.id === id);
const withoutLifecycle = ({ version: _v, updatedAt: _u, ...rest }: StoredRecord) => rest;

/** Presence events are asynchronous: waits for those of the second connection of each device. */
async function waitForPresence(reader: TableReader, deviceIds: readonly string[]): Promise<boolean> {
  const arePresent = ({ devices }: Tables) =>
    deviceIds.every((id) => {
      const presence = find(devices, id)?.['presence'] as Record<string, unknown> | undefined;
      return presence?.['connected'] === true && presence['versionNumber'] === 1;
    });
  return arePresent(await until(() => reader.read(), arePresent, TIMEOUT_MS));
}

/** What the service's own log lines say of a device that comes, goes and comes back. */
const LIFE = ['register: registered', 'decommission: decommissioned', 'restore: restored'];

/** Whether a device's connection is ended from the other side, within some seconds. */
const isCutOff = ({ mqtt }: Device): Promise<boolean> =>
  until(
    () => !mqtt.connected,
    (isOff) => isOff,
    TIMEOUT_MS,
  );

/** The tables once the certificates of the devices are off. */
function waitForCredentials(reader: TableReader, deviceIds: readonly string[]): Promise<Tables> {
  const areOff = ({ invalidDevices }: Tables) =>
    deviceIds.every((id) => find(invalidDevices, id)?.['credentials'] === 'inactive');
  return until(() => reader.read(), areOff, TIMEOUT_MS);
}

/** A line can be later than the answer that it is about: waits for the one of the restore. */
const waitForLife = (logs: LogReader, deviceId: string): Promise<readonly LogRow[]> =>
  until(
    () => logs.query('life of a device', { DEVICE_ID: deviceId }),
    (life) => life.some(({ result }) => result === 'restored'),
    TIMEOUT_MS,
  );

/** Devices come into service, two leave it, one comes back, the other is gone for good. Every claim is checked against the tables. */
export async function play(stage: Stage): Promise<void> {
  const { stack, operator, reader, logs, factory, connect, say, claim } = stage;
  const heading = (text: string) => say(`\n── ${text}`);

  heading('Three devices come into service over MQTT');
  const made = await Promise.all(['thermometer-1', 'valve-1', 'pump-1', 'impostor-1'].map(factory.make));
  const identityOf = (deviceId: string): Identity => {
    const identity = made.find(({ thingName }) => thingName === deviceId);
    assert.ok(identity !== undefined);
    return identity;
  };
  const connectAgain = (deviceId: string) => connect(identityOf(deviceId));
  const [thermometer, newValve, pump] = await Promise.all([
    connectAgain('thermometer-1'),
    connectAgain('valve-1'),
    connectAgain('pump-1'),
  ]);
  claim('each connects with a certificate of its own, as the thing that it is attached to', () =>
    assert.ok([thermometer, newValve, pump].every(({ mqtt }) => mqtt.connected)),
  );
  const registrations = await Promise.all([
    thermometer.request('register', {
      serialNumber: 'SN-1001',
      macAddress: '02:00:5e:10:00:01',
      name: 'Boiler room',
      type: 'thermometer',
      attributes: { firmware: '2.4.1', channels: [1, 2] },
    }),
    newValve.request('register', { serialNumber: 'SN-1002', macAddress: '02:00:5e:10:00:02', type: 'valve' }),
    pump.request('register', { serialNumber: 'SN-1003', macAddress: '02:00:5e:10:00:03', type: 'pump' }),
  ]);
  claim('thermometer-1, valve-1 and pump-1 publish to devices/{id}/register and hear “accepted”', () => {
    for (const { verdict } of registrations) assert.equal(verdict, 'accepted');
  });

  const impostor = await connectAgain('impostor-1');
  const taken = await impostor.request('register', { serialNumber: 'SN-1001' });
  claim(`impostor-1 wants serial number SN-1001 too and is told: “${taken.body['message']}”`, () => {
    assert.equal(taken.verdict, 'rejected');
    assert.equal(taken.body['code'], 'IdentifierTaken');
  });
  const malformed = await impostor.request('register', { serial: 4711 });
  claim(`impostor-1 sends nonsense and is told: “${malformed.body['message']}”`, () => {
    assert.equal(malformed.body['code'], 'InvalidInput');
  });

  const reconnected = await Promise.all(
    [thermometer, newValve, pump].map(async ({ deviceId, close }) => {
      await close();
      return connectAgain(deviceId);
    }),
  );
  const deviceOf = (id: string): Device => {
    const device = reconnected.find(({ deviceId }) => deviceId === id);
    assert.ok(device !== undefined);
    return device;
  };
  const present = await waitForPresence(
    reader,
    reconnected.map(({ deviceId }) => deviceId),
  );
  claim('they lose their connection and come back; their presence follows', () => assert.ok(present));
  const heartbeats = await Promise.all(reconnected.map((device) => device.request('heartbeat')));
  claim('all three send a heartbeat', () => {
    for (const { verdict } of heartbeats) assert.equal(verdict, 'accepted');
  });

  impostor.mqtt.publish('devices/thermometer-1/decommission', '{}', { qos: 1 });
  const cutOff = await isCutOff(impostor);
  claim('impostor-1 publishes to devices/thermometer-1/decommission, and is cut off', () =>
    assert.ok(cutOff),
  );

  const before: Tables = await reader.read();
  heading('The tables before');
  say(renderTables(before));

  heading('Two devices leave service');
  const selfDecommissioned = await deviceOf('valve-1').request('decommission', { reason: 'end of life' });
  claim('valve-1 decommissions itself over MQTT', () => {
    assert.equal(selfDecommissioned.verdict, 'accepted');
    assert.equal(selfDecommissioned.body['outcome'], 'decommissioned');
  });
  const decommissioned = await operator.run(stack.stateMachines.decommissionDevice, {
    deviceId: 'thermometer-1',
    reason: 'recalled',
    requestedBy: 'operator@example.com',
  });
  claim('an operator decommissions thermometer-1 with an execution of decommission-device', () => {
    assert.equal(decommissioned.status, 'SUCCEEDED');
    assert.equal(decommissioned.output?.['outcome'], 'decommissioned');
  });
  const dropped = await Promise.all(['valve-1', 'thermometer-1'].map((id) => isCutOff(deviceOf(id))));
  const afterMoves = await waitForCredentials(reader, ['valve-1', 'thermometer-1']);
  const statuses = await Promise.all(
    ['valve-1', 'thermometer-1'].map((id) => factory.statusOf(identityOf(id))),
  );
  claim('both are disconnected, and their certificates INACTIVE', () => {
    assert.deepEqual(dropped, [true, true]);
    assert.deepEqual(statuses, ['INACTIVE', 'INACTIVE']);
  });
  const turnedAway = await connectAgain('thermometer-1').then(
    () => false,
    () => true,
  );
  claim('thermometer-1 tries to connect, and is turned away', () => assert.ok(turnedAway));
  claim('each of them is in invalid-devices alone, with all that its record held', () => {
    for (const id of ['valve-1', 'thermometer-1']) {
      const {
        decommission: _d,
        credentials: _c,
        credentialsWork: _w,
        ttl: _t,
        ...record
      } = find(afterMoves.invalidDevices, id) ?? { id };
      assert.equal(find(afterMoves.devices, id), undefined);
      assert.deepEqual(record, find(before.devices, id));
    }
  });
  claim(
    `their records and the guards of their identifiers share one TTL, ${RETENTION_DAYS} days from now`,
    () => {
      for (const { id, ttl } of afterMoves.invalidDevices.map((device) => ({
        id: device.id,
        ttl: device['ttl'],
      }))) {
        assert.ok(Math.abs(Number(ttl) - Date.now() / 1000 - RETENTION_DAYS * SECONDS_PER_DAY) < 60);
        const guards = afterMoves.guards.filter((guard) => guard['deviceId'] === id);
        assert.equal(guards.length, 2);
        for (const guard of guards) assert.equal(guard['ttl'], ttl);
      }
    },
  );
  const stillTaken = await (await connectAgain('impostor-1')).request('register', {
    serialNumber: 'SN-1002',
  });
  claim('the serial number of valve-1 stays reserved: impostor-1 is refused again', () => {
    assert.equal(stillTaken.body['code'], 'IdentifierTaken');
  });

  heading('One comes back, the other stays out');
  const restored = await operator.run(stack.stateMachines.restoreDevice, {
    deviceId: 'thermometer-1',
    requestedBy: 'operator@example.com',
  });
  claim('an execution of restore-device brings thermometer-1 back', () => {
    assert.equal(restored.status, 'SUCCEEDED');
    assert.equal(restored.output?.['outcome'], 'restored');
    assert.equal(restored.output?.['credentials'], 'active');
  });
  const after = await reader.read();
  heading('The tables after');
  say(renderTables(after));
  say();
  claim('thermometer-1 is back as it was, but for its version and updatedAt', () => {
    const [was, is] = [find(before.devices, 'thermometer-1'), find(after.devices, 'thermometer-1')];
    assert.ok(was !== undefined && is !== undefined);
    assert.deepEqual(withoutLifecycle(is), withoutLifecycle(was));
    assert.equal(is['version'], Number(was['version']) + 1);
  });
  claim('valve-1 stays out, as it was', () => {
    assert.equal(find(after.devices, 'valve-1'), undefined);
    assert.deepEqual(find(after.invalidDevices, 'valve-1'), find(afterMoves.invalidDevices, 'valve-1'));
  });
  claim('pump-1 was never touched, and no record is in both tables or in none', () => {
    assert.deepEqual(find(after.devices, 'pump-1'), find(before.devices, 'pump-1'));
    assert.deepEqual([...after.devices, ...after.invalidDevices].map(({ id }) => id).sort(), [
      'pump-1',
      'thermometer-1',
      'valve-1',
    ]);
  });

  const isBack = await connectAgain('thermometer-1');
  const heartbeat = await isBack.request('heartbeat');
  claim('thermometer-1 connects with the same certificate as before, and is heard', () =>
    assert.equal(heartbeat.verdict, 'accepted'),
  );

  heading('The life of thermometer-1, by a saved query over all logs');
  const life = await waitForLife(logs, 'thermometer-1');
  say(
    renderTable(
      'query “life of a device”',
      ['time', 'log group', 'event', 'result', 'ms'],
      life.map((row) => [
        row['@timestamp']?.slice('yyyy-mm-dd '.length),
        row['source'],
        row['event'],
        row['result'],
        row['durationMs'],
      ]),
    ),
  );
  say();
  claim('it tells of the registration, the decommissioning and the restore, in this order', () => {
    const changes = life.map(({ event, result }) => `${event}: ${result}`);
    assert.deepEqual(
      changes.filter((change) => LIFE.includes(change)),
      LIFE,
    );
  });

  await playFleet(stage);

  const wantsSerialNumber = async (serialNumber: string) =>
    (await (await connectAgain('impostor-1')).request('register', { serialNumber })).verdict;
  await playEndOfLife(stage, identityOf('valve-1'), RETENTION_DAYS, wantsSerialNumber);
}
