import { updateOf } from './items.ts';
import type { Operation } from './operation.ts';
import { stepOf } from './records.ts';
import { updateSingle } from './single-update.ts';
import { isSameVersion } from './unchanged.ts';

/** The certificates of a device alone: no guard changes, so that one conditional write will do. */
export const recordCertificate: Operation<'recordCertificate'> =
  ({ client, tables: { devices } }) =>
  async (current, { certificateIds, version, updatedAt, requests }, timing) => {
    const changes = { certificateIds, version, updatedAt, requests, step: stepOf('update') };
    const update = updateOf(devices, current.record.id, changes, isSameVersion(current));
    const { outcome } = await updateSingle(client, update, timing);
    return { outcome: outcome === 'updated' ? 'recorded' : 'changed' };
  };
