import { isDeepStrictEqual } from 'node:util';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Device } from '../../domain/device.ts';
import { claimsGained, guardId } from '../../domain/identifiers.ts';
import { isFreeFor, isOwnedBy } from './conditions.ts';
import { claimGuard, identifierTaken } from './guards.ts';
import { put, remove, update as updateItem } from './items.ts';
import { transact } from './lifecycle-transaction.ts';
import type { Operation } from './operation.ts';
import { stepOf } from './records.ts';
import { unexplained } from './transact.ts';
import { isSameVersion } from './unchanged.ts';

const UPDATABLE = [
  'name',
  'attributes',
  'serialNumber',
  'macAddress',
  'version',
  'updatedAt',
  'requests',
] as const;

/** What differs; what is as it was is not written again, and so cannot be changed by its way through this code. */
const changesOf = (current: Device, next: Device): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    UPDATABLE.filter((attribute) => !isDeepStrictEqual(current[attribute], next[attribute])).map(
      (attribute) => [attribute, next[attribute]],
    ),
  );

/** A device's record, the guards that it gains, and those that it gives up. */
export const update: Operation<'update'> =
  (context) =>
  async (current, { device, lastRestore }, timing) => {
    const { devices } = context.tables;
    const gained = claimsGained(current.record, device);
    const given = claimsGained(device, current.record);
    const { id } = device;
    const changes = { ...changesOf(current.record, device), step: stepOf('update') };
    const itemsAt = (now: number): TransactWriteItem[] => [
      updateItem(devices, id, changes, isSameVersion(current)),
      ...gained.map((claim) => {
        const memory = claim.attribute === 'serialNumber' ? { lastRestore } : {};
        return put(devices, claimGuard(claim, id, memory), isFreeFor(id, now));
      }),
      ...given.map((claim) => remove(devices, guardId(claim), isOwnedBy(id))),
    ];
    const result = await transact('update', context, itemsAt, timing);
    if (result.outcome === 'committed') return { outcome: 'updated' };
    if (result.failed.has(0)) return { outcome: 'changed' };
    const taken = identifierTaken(gained, result.failed, 1);
    if (taken !== undefined) return taken;
    throw unexplained(`A guard of the device "${id}" is not its own.`, result.failed, timing);
  };
