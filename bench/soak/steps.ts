import { deviceIdOf, type Slot, vacate } from './slots.ts';
import type { World } from './world.ts';

/** One step in a device's life, from the request to the answer. The slot is busy meanwhile. */
export type Step = (world: World, slot: Slot) => Promise<void>;

export const serialNumberOf = (deviceId: string): string => `SN-${deviceId}`;

function noteDecommissioned(slot: Slot, { ttl }: Readonly<Record<string, unknown>>): void {
  slot.standing = 'decommissioned';
  slot.ttl = typeof ttl === 'number' ? ttl : undefined;
  slot.isHeld = false;
  // It is cut off, sooner or later.
  slot.device?.mqtt.end(true);
  slot.device = undefined;
}

export const register: Step = async (world, slot) => {
  await world.identify(slot);
  if (!(await world.connect(slot))) return;
  slot.standing = 'unknown';
  const fate = await world.insist(slot, 'register', {
    serialNumber: serialNumberOf(deviceIdOf(slot)),
    type: 'meter',
    name: 'A device like any other',
    attributes: { firmware: '2.4.1', n: 0 },
  });
  if (fate.kind === 'accepted') slot.standing = 'active';
  else world.surprise(`register of ${deviceIdOf(slot)}: ${JSON.stringify(fate)}`);
};

export const update: Step = async (world, slot) => {
  const n = slot.updates + 1;
  const fate = await world.insist(slot, 'update', { attributes: { n } });
  if (fate.kind === 'accepted') {
    slot.updates = n;
    return;
  }
  slot.standing = 'unknown';
  world.surprise(`update of ${deviceIdOf(slot)}: ${JSON.stringify(fate)}`);
};

export const reconnect: Step = async (world, slot) => {
  slot.device?.mqtt.end(true);
  slot.device = undefined;
  if (!(await world.connect(slot))) world.surprise(`${deviceIdOf(slot)} cannot connect`);
};

export const decommissionByExecution: Step = async (world, slot) => {
  slot.standing = 'unknown';
  const output = await world.operate('decommission-device', world.stack.stateMachines.decommissionDevice, {
    deviceId: deviceIdOf(slot),
    reason: 'soak',
  });
  if (output !== undefined) noteDecommissioned(slot, output);
};

/** A device that hears nothing of its decommissioning cannot ask again: its operator does. */
export const decommissionByDevice: Step = async (world, slot) => {
  slot.standing = 'unknown';
  const fate = await world.publish(slot, 'decommission', { reason: 'soak' });
  if (fate.kind === 'accepted') noteDecommissioned(slot, fate.body);
  else if (fate.kind === 'rejected') {
    world.surprise(`decommission of ${deviceIdOf(slot)} was rejected with ${fate.code}`);
  } else await decommissionByExecution(world, slot);
};

export const restore: Step = async (world, slot) => {
  slot.standing = 'unknown';
  const output = await world.operate('restore-device', world.stack.stateMachines.restoreDevice, {
    deviceId: deviceIdOf(slot),
  });
  if (output === undefined) return;
  slot.standing = 'active';
  slot.ttl = undefined;
  slot.isHeld = false;
  if (!(await world.connect(slot))) world.surprise(`${deviceIdOf(slot)} was restored and cannot connect`);
};

export const hold: Step = async (world, slot) => {
  const output = await world.operate('hold-device', world.stack.stateMachines.holdDevice, {
    deviceId: deviceIdOf(slot),
    reason: 'soak',
  });
  if (output === undefined) slot.standing = 'unknown';
  else slot.isHeld = true;
};

export const release: Step = async (world, slot) => {
  const output = await world.operate('release-device', world.stack.stateMachines.releaseDevice, {
    deviceId: deviceIdOf(slot),
  });
  if (output === undefined) {
    slot.standing = 'unknown';
    return;
  }
  slot.isHeld = false;
  slot.ttl = Number(output['ttl']);
};

export const purge: Step = async (world, slot) => {
  const output = await world.operate('purge-device', world.stack.stateMachines.purgeDevice, {
    deviceId: deviceIdOf(slot),
    reason: 'soak',
  });
  if (output === undefined) slot.standing = 'unknown';
  else world.gone.push(vacate(slot));
};

/** A lot leaves service by a file, as an operator's tool has it; its report says what became of each. */
export const noteFleet = (
  slots: readonly Slot[],
  rows: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Slot[] =>
  slots.filter((slot) => {
    const row = rows.get(deviceIdOf(slot));
    if (row === undefined || !String(row['outcome']).toLowerCase().endsWith('decommissioned')) return true;
    noteDecommissioned(slot, { ttl: Number(row['ttl']) });
    return false;
  });
