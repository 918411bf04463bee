import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, NumberValueImpl, unmarshall } from '@aws-sdk/util-dynamodb';
import { awaitsReactivation } from '../../domain/credentials.ts';
import type { Decommission, Device, InvalidDevice, LastRestore } from '../../domain/device.ts';
import type { Step } from '../../domain/events.ts';
import { IntegrityViolation } from '../../errors.ts';
import type { RawRecord, Snapshot } from '../../ports.ts';

export type Item = Record<string, AttributeValue>;

/** What a decommissioning adds to a record, and a restore takes away again. */
const AFTERLIFE_ATTRIBUTES = [
  'decommission',
  'credentials',
  'hold',
  'release',
  'holdRequestedAt',
  'ttl',
  'ghost',
  'pendingCredentials',
  'pendingSince',
] as const;

/** Writes to one partition of the index are limited to 1,000 a second, and with them the moves. */
export const PENDING_SHARDS = 16;

/** The partition key of the sparse index over what is to be done in AWS IoT. */
export const pendingPartition = (kind: 'credentials' | 'purge', shard: number): string =>
  kind === 'purge' ? `purge-${shard}` : String(shard);

/** The key of the sparse index over what is to be done in AWS IoT: to a device's certificates, or to its remains. */
export function pendingAttributes(
  deviceId: string,
  pendingSince: number,
  kind: 'credentials' | 'purge' = 'credentials',
) {
  let hash = 0;
  for (const character of deviceId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return { pendingCredentials: pendingPartition(kind, hash % PENDING_SHARDS), pendingSince };
}

export const toItem = (record: object): Item => marshall(record, { removeUndefinedValues: true });

/** One notation for a decimal number: its digits without zeros at either end, and the exponent of the last one. */
function canonicalNumber(number: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** A JavaScript number where it holds all the digits. Others come from elsewhere, and are kept as they are. */
function toNumber(stored: string): number | NumberValueImpl {
  const number = Number(stored);
  if (Number.isNaN(number))
    throw new IntegrityViolation(`No number of DynamoDB is "${stored.slice(0, 50)}".`);
  return canonicalNumber(String(number)) === canonicalNumber(stored) ? number : NumberValueImpl.from(stored);
}

export const fromItem = (item: Item) => unmarshall(item, { wrapNumbers: toNumber });

/** `step` is for the readers of the stream, and no part of the record. */
export function toSnapshot<T extends Device | InvalidDevice>(item: Item): Snapshot<T> {
  const { step: _, ...record } = fromItem(item);
  return { record: record as T, raw: item as unknown as RawRecord };
}

/** The mark of a write that says all there is to say of itself in other attributes. */
export const stepOf = (operation: Exclude<Step['operation'], 'restore'>): Step => ({ operation });

/**
 * The item as it was read, to be put elsewhere. Of its own attributes the SDK would leave out one that is named like this,
 * which only another hand can have written; a move must lose nothing.
 * @throws IntegrityViolation
 */
function wholeItem(snapshot: Snapshot<Device | InvalidDevice>): Item {
  const item = rawItem(snapshot);
  if (!Object.hasOwn(item, '__proto__')) return item;
  throw new IntegrityViolation(
    `The record of "${snapshot.record.id}" has an attribute "__proto__", which would get lost. Rename it by hand.`,
  );
}

export const rawItem = (snapshot: Snapshot<unknown>): Item => snapshot.raw as unknown as Item;

/** The invalid record: all that the device's record holds, and why it lies here. */
export function toInvalidItem(
  device: Snapshot<Device>,
  { decommission, ttl }: { readonly decommission: Decommission; readonly ttl: number | undefined },
): Item {
  const pending = pendingAttributes(device.record.id, decommission.at);
  const afterlife = { decommission, credentials: 'pending', ttl, ...pending, step: stepOf('decommission') };
  return { ...wholeItem(device), ...toItem(afterlife) };
}

/** The device's record as it was, at a new version. */
export function toRestoredItem(
  invalidDevice: Snapshot<InvalidDevice>,
  { lastRestore, updatedAt }: { readonly lastRestore: LastRestore; readonly updatedAt: number },
): Item {
  const { version, requestId, requestedBy, reason, correlationId } = lastRestore;
  const step: Step = { operation: 'restore', requestId, requestedBy, reason, correlationId };
  const item = { ...wholeItem(invalidDevice), ...toItem({ version, updatedAt, step }) };
  for (const attribute of AFTERLIFE_ATTRIBUTES) delete item[attribute];
  // With nothing turned off, there is nothing to turn on again.
  if (!awaitsReactivation(invalidDevice.record)) delete item['credentialsWork'];
  else Object.assign(item, toItem(pendingAttributes(invalidDevice.record.id, updatedAt)));
  return item;
}

export function toLastRestore(guard: Item | undefined): LastRestore | undefined {
  const attribute = guard?.['lastRestore'];
  return attribute === undefined
    ? undefined
    : (fromItem({ lastRestore: attribute })['lastRestore'] as LastRestore);
}
