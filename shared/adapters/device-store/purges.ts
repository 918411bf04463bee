import { type PurgeRecord, RECEIPT_DAYS } from '../../domain/purge.ts';
import { ttlAfter } from '../../domain/retention.ts';
import { allOf, type Condition, exists, isAbsent, isStill } from './conditions.ts';
import { updateOf } from './items.ts';
import type { Operation } from './operation.ts';
import { queryPending } from './query-pending.ts';
import { readItem } from './reads.ts';
import { fromItem, type Item, pendingAttributes, toItem } from './records.ts';
import { updateSingle } from './single-update.ts';

const toPurgeRecord = (item: Item): PurgeRecord => fromItem(item) as unknown as PurgeRecord;

/** As it is stored while there is work to do. */
const withPending = (remains: PurgeRecord) => ({
  ...remains,
  ...pendingAttributes(remains.deviceId, remains.purge.at, 'purge'),
});

/** The item of a purge with work to do. */
export const purgeItem = (remains: PurgeRecord): Item => toItem(withPending(remains));

/** Nobody has gone on with it since it was read. */
const isUntouched = ({ lease, found }: PurgeRecord): Condition =>
  allOf(
    exists,
    isStill('lease', toItem({ lease })['lease']),
    isStill('found', toItem({ found })['found']),
    isStill('receipt', undefined),
  );

/** An update that makes the item: a put outside of a transaction is what no role of ours may do. */
export const recordPurge: Operation<'recordPurge'> =
  ({ client, tables }) =>
  async (remains, timing) => {
    const { id, ...attributes } = withPending(remains);
    await updateSingle(client, updateOf(tables.invalidDevices, id, attributes, isAbsent), timing);
  };

export const readPurge: Operation<'readPurge'> =
  ({ client, tables: { invalidDevices } }) =>
  async (purgeId, timing) => {
    const item = await readItem(client, { table: invalidDevices, id: purgeId }, timing);
    return item === undefined ? undefined : toPurgeRecord(item);
  };

export const changePurge: Operation<'changePurge'> =
  ({ client, tables }) =>
  async (current, { lease, found, receipt }, timing) => {
    const done = {
      receipt,
      found: undefined,
      pendingCredentials: undefined,
      pendingSince: undefined,
      ttl: ttlAfter(timing.clock(), RECEIPT_DAYS),
    };
    const changes = { lease, ...(found !== undefined && { found }), ...(receipt !== undefined && done) };
    const update = updateOf(tables.invalidDevices, current.id, changes, isUntouched(current));
    const result = await updateSingle(client, { ...update, ReturnValues: 'ALL_NEW' }, timing);
    return result.outcome === 'updated' ? toPurgeRecord(result.item) : undefined;
  };

export const listPendingPurges: Operation<'listPendingPurges'> =
  (context) => async (order, limit, timing) => {
    const { invalidDevices } = context.tables;
    const pending = await queryPending(
      context,
      { tables: [invalidDevices], kind: 'purge' },
      { order, limit },
      timing,
    );
    return pending.map(({ id, pendingSince }) => ({ purgeId: id, pendingSince }));
  };
