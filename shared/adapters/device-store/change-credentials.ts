import type { Device, InvalidDevice } from '../../domain/device.ts';
import { updateOfNoStep } from './items.ts';
import type { Operation } from './operation.ts';
import { pendingAttributes, toSnapshot } from './records.ts';
import { updateSingle } from './single-update.ts';
import { isSameForCredentials } from './unchanged.ts';

const isInvalid = (record: Device): record is InvalidDevice => 'decommission' in record;

/** One conditional write, of what concerns the credentials alone: neither version nor guards change. */
export const changeCredentials: Operation<'changeCredentials'> =
  ({ client, tables }) =>
  async (current, { credentialsWork, credentials }, timing) => {
    const { record } = current;
    const isPending = credentials === 'pending';
    const pending = isPending
      ? pendingAttributes(record.id, record.pendingSince ?? timing.clock())
      : { pendingCredentials: undefined, pendingSince: undefined };
    const changes = { credentialsWork, ...pending, ...(isInvalid(record) && { credentials }) };
    const table = isInvalid(record) ? tables.invalidDevices : tables.devices;
    const update = updateOfNoStep(table, record.id, changes, isSameForCredentials(current));
    const result = await updateSingle(client, { ...update, ReturnValues: 'ALL_NEW' }, timing);
    if (result.outcome === 'conditionFailed') return { outcome: 'changed' };
    return { outcome: 'updated', current: toSnapshot(result.item) };
  };
