import { epochSeconds } from '../../domain/retention.ts';
import { allOf, exists, isDecommissionedBy, isStill, isUnexpiredAt } from './conditions.ts';
import { updateOfNoStep } from './items.ts';
import type { Operation } from './operation.ts';
import { toItem } from './records.ts';
import { updateSingle } from './single-update.ts';

/** One conditional write of one attribute, which no other operation looks at: none finds the record changed by it. */
export const recordGhost: Operation<'recordGhost'> =
  ({ client, tables: { invalidDevices } }) =>
  async ({ id, decommission, ghost: before }, ghost, timing) => {
    const isAsRead = allOf(
      exists,
      isUnexpiredAt(epochSeconds(timing.clock())),
      isDecommissionedBy(decommission),
      isStill('ghost', toItem({ ghost: before })['ghost']),
    );
    const result = await updateSingle(
      client,
      updateOfNoStep(invalidDevices, id, { ghost }, isAsRead),
      timing,
    );
    return { outcome: result.outcome === 'updated' ? 'recorded' : 'changed' };
  };
