import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { until } from '@device-lifecycle/test-kit/eventually.ts';
import { devicectl } from '@device-lifecycle/test-kit/laptop/devicectl.ts';
import type { StoredRecord, Tables } from '@device-lifecycle/test-kit/laptop/tables.ts';
import type { Stage } from './stage.ts';

const LOT = Array.from({ length: 6 }, (_, index) => `meter-${index + 1}`);
const FILE = 'lot-7.csv';
const REPORT = 'lot-7.report.csv';
const TIMEOUT_MS = 15_000;

const ofLot = (records: readonly StoredRecord[]) => records.filter(({ id }) => LOT.includes(id));

/** The tables once what follows the moves is done, or as they are when it takes too long. */
const waitForLot = ({ reader }: Stage, isDone: (tables: Tables) => boolean) =>
  until(() => reader.read(), isDone, TIMEOUT_MS);

/** A lot leaves service by one file, and comes back by the report that this has left. */
export async function playFleet(stage: Stage): Promise<void> {
  const { stack, factory, connect, say, claim } = stage;
  const directory = dirname(stack.stackFile);
  const run = async (...args: string[]) => {
    say(`  $ npx devicectl ${args.join(' ')}`);
    const { exitCode, printed } = await devicectl(stack, args);
    say(printed.replaceAll(/^/gm, '    '));
    return exitCode;
  };

  say(`\n── A lot of ${LOT.length} leaves service by one file`);
  const identities = await Promise.all(LOT.map(factory.make));
  const statuses = () => Promise.all(identities.map(factory.statusOf));
  const devices = await Promise.all(identities.map(connect));
  await Promise.all(
    devices.map(({ request, deviceId }) => request('register', { serialNumber: `SN-${deviceId}` })),
  );
  await writeFile(join(directory, FILE), ['deviceId', ...LOT, 'meter-99', ''].join('\n'));
  const planned = await run('fleet', 'plan', FILE);
  claim(
    'the plan says what would happen, that meter-99 is unknown, what it costs and how long it takes',
    () => assert.equal(planned, 4),
  );
  const exitCode = await run('fleet', 'decommission', FILE, '--reason', 'recall', '--yes');
  const report = await readFile(join(directory, REPORT), 'utf8');
  const lines = report.split('\n').slice(1).filter(Boolean);
  claim('a report has a line for each: all have left, but meter-99, which nobody knows', () => {
    assert.equal(exitCode, 4);
    assert.deepEqual(
      lines.map((line) => line.split(',').slice(0, 3).join(',')).sort(),
      [...LOT.map((id) => `${id},decommissioned,`), 'meter-99,failed,DeviceNotFound'].sort(),
    );
  });
  const out = await waitForLot(stage, ({ invalidDevices }) => {
    const lot = ofLot(invalidDevices);
    return lot.length === LOT.length && lot.every(({ credentials }) => credentials === 'inactive');
  });
  const off = await statuses();
  claim('each is in invalid-devices alone, and its certificate is INACTIVE', () => {
    assert.deepEqual([ofLot(out.devices).length, ofLot(out.invalidDevices).length], [0, LOT.length]);
    assert.ok(off.every((status) => status === 'INACTIVE'));
  });

  const restored = await run('fleet', 'restore', REPORT, '--yes');
  const back = await waitForLot(stage, (tables) =>
    ofLot(tables.devices).every(({ credentialsWork }) => credentialsWork === undefined),
  );
  const on = await statuses();
  claim('the whole lot comes back by that report, and its certificates are ACTIVE again', () => {
    assert.equal(restored, 0);
    assert.deepEqual([ofLot(back.devices).length, ofLot(back.invalidDevices).length], [LOT.length, 0]);
    assert.ok(on.every((status) => status === 'ACTIVE'));
  });
}
