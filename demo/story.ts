import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Claims } from './claims.ts';
import type { Device } from './device.ts';
import type { Operator } from './executions.ts';
import type { LogReader, LogRow } from './logs.ts';
import type { StackFile } from './stack.ts';
import { renderTable, renderTables, type StoredRecord, type TableReader, type Tables } from './tables.ts';

/** What the story is played with. */
export interface Stage {
  readonly stack: StackFile;
  readonly operator: Operator;
  readonly reader: TableReader;
  readonly logs: LogReader;
  connect(deviceId: string): Promise<Device>;
  say(line?: string): void;
  readonly claim: Claims['claim'];
}

const RETENTION_DAYS = 30;
const SECONDS_PER_DAY = 86_400;
const PRESENCE_TIMEOUT_MS = 10_000;
const LOG_TIMEOUT_MS = 10_000;

const find = (records: readonly StoredRecord[], id: string) => records.find((record) => record.id === id);
const withoutLifecycle = ({ version: _v, updatedAt: _u, ...rest }: StoredRecord) => rest;

/** Presence events are asynchronous: waits for those of the second connection of each device. */
async function waitForPresence(reader: TableReader, deviceIds: readonly string[]): Promise<boolean> {
  const giveUpAt = Date.now() + PRESENCE_TIMEOUT_MS;
  while (Date.now() < giveUpAt) {
    const { devices: records } = await reader.read();
    const isPresent = (id: string) => {
      const presence = find(records, id)?.['presence'] as Record<string, unknown> | undefined;
      return presence?.['connected'] === true && presence['versionNumber'] === 1;
    };
    if (deviceIds.every(isPresent)) return true;
    await delay(50);
  }
  return false;
}

/** What the service's own log lines say of a device that comes, goes and comes back. */
const LIFE = ['register: registered', 'decommission: decommissioned', 'restore: restored'];

/** A line can be later than the answer that it is about: waits for the one of the restore. */
async function waitForLife(logs: LogReader, deviceId: string): Promise<readonly LogRow[]> {
  const giveUpAt = Date.now() + LOG_TIMEOUT_MS;
  for (;;) {
    const life = await logs.query('life of a device', { DEVICE_ID: deviceId });
    if (life.some(({ result }) => result === 'restored') || Date.now() >= giveUpAt) return life;
    await delay(50);
  }
}

/** Devices come into service, two leave it, one comes back. Every claim is checked against the tables. */
export async function play({ stack, operator, reader, logs, connect, say, claim }: Stage): Promise<void> {
  const heading = (text: string) => say(`\n── ${text}`);

  heading('Three devices come into service over MQTT');
  const thermometer = await connect('thermometer-1');
  const newValve = await connect('valve-1');
  const pump = await connect('pump-1');
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

  const impostor = await connect('impostor-1');
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
      return connect(deviceId);
    }),
  );
  const valve = reconnected.find(({ deviceId }) => deviceId === 'valve-1');
  assert.ok(valve !== undefined);
  const present = await waitForPresence(
    reader,
    reconnected.map(({ deviceId }) => deviceId),
  );
  claim('they lose their connection and come back; their presence follows', () => assert.ok(present));
  const heartbeats = await Promise.all(reconnected.map((device) => device.request('heartbeat')));
  claim('all three send a heartbeat', () => {
    for (const { verdict } of heartbeats) assert.equal(verdict, 'accepted');
  });

  const before: Tables = await reader.read();
  heading('The tables before');
  say(renderTables(before));

  heading('Two devices leave service');
  const selfDecommissioned = await valve.request('decommission', { reason: 'end of life' });
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
  const afterMoves = await reader.read();
  claim('each of them is in invalid-devices alone, with all that its record held', () => {
    for (const id of ['valve-1', 'thermometer-1']) {
      const {
        decommission: _d,
        credentials: _c,
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
  const stillTaken = await impostor.request('register', { serialNumber: 'SN-1002' });
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
  });
  const ghost = await valve.request('heartbeat');
  claim(`a heartbeat of valve-1 changes nothing, and it is told: “${ghost.body['message']}”`, () => {
    assert.equal(ghost.body['code'], 'DeviceDecommissioned');
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
  claim('valve-1 is out of service just as before its heartbeat', () => {
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
}
