import * as z from 'zod';
import type { DeviceRow, ListedState } from '../../contract/devices.ts';

/** A field that is there in the shape that it should have, or nothing: a strange record is still listed. */
const field = <T extends z.ZodType>(shape: T) => shape.optional().catch(undefined);

const text = field(z.string());
const number = field(z.number());
const identity = { serialNumber: text, macAddress: text, type: text, name: text };

const record = z.object({
  id: z.string(),
  ...identity,
  lastSeenAt: number,
  presence: field(z.object({ connected: z.boolean(), at: z.number() })),
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

export const isPurgeRecord = ({ id }: object & { readonly id?: unknown }): boolean =>
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

const definedIn = (row: Parts<DeviceRow>): DeviceRow =>
  Object.fromEntries(Object.entries(row).filter(([, part]) => part !== undefined)) as unknown as DeviceRow;
