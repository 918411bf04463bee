import * as z from 'zod';
import type { DeviceRow, ListedState } from '../../contract/devices.ts';
import { definedIn } from '../defined.ts';
import { field, numberField as number, presenceField, textField as text } from '../record-field.ts';

const identity = { serialNumber: text, macAddress: text, type: text, name: text };

const record = z.object({
  id: z.string(),
  ...identity,
  lastSeenAt: number,
  presence: presenceField,
  ttl: number,
  pendingSince: number,
  ghost: field(z.object({ count: z.number() })),
});

const purgeRecord = z.object({
  id: z.string(),
  deviceId: z.string().catch(''),
  device: z.object(identity).catch({}),
  purge: field(z.object({ at: z.number() })),
  pendingSince: number,
  receipt: field(z.looseObject({})),
});

const isPurgeRecord = ({ id }: object & { readonly id?: unknown }): boolean =>
  typeof id === 'string' && id.startsWith('purge#');

/** What a list shows of an item. `nowMs`: epoch milliseconds. */
export function rowOf(item: object, isInService: boolean, nowMs: number): DeviceRow {
  return definedIn(isPurgeRecord(item) ? rowOfPurge(item) : rowOfDevice(item, isInService, nowMs));
}

function rowOfDevice(item: object, isInService: boolean, nowMs: number): Parts<DeviceRow> {
  const { id, presence, ghost, ttl, lastSeenAt, ...others } = record.parse(item);
  const seen = [lastSeenAt, presence?.at].filter((at) => at !== undefined);
  const expiresAtMs = isInService || ttl === undefined ? undefined : ttl * 1_000;
  return {
    ...others,
    key: id,
    deviceId: id,
    state: isInService ? 'active' : stateOutOfService(expiresAtMs, nowMs),
    lastSeenAt: seen.length === 0 ? undefined : Math.max(...seen),
    isConnected: isInService ? presence?.connected : undefined,
    isHeld: !isInService && ttl === undefined ? true : undefined,
    expiresAtMs,
    ghostCount: ghost?.count,
  };
}

const stateOutOfService = (expiresAtMs: number | undefined, nowMs: number): ListedState =>
  expiresAtMs !== undefined && expiresAtMs <= nowMs ? 'expired' : 'decommissioned';

function rowOfPurge(item: object): Parts<DeviceRow> {
  const { id, deviceId, device, purge, pendingSince, receipt } = purgeRecord.parse(item);
  const state = receipt === undefined ? 'purging' : 'purged';
  return { ...device, key: id, deviceId, state, pendingSince, purgedAt: purge?.at };
}

type Parts<T> = { readonly [K in keyof T]: T[K] | undefined };
