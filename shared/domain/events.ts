import { isDeepStrictEqual } from 'node:util';
import { IntegrityViolation } from '../errors.ts';
import type { Device, InvalidDevice } from './device.ts';
import { DEVICE_ID_PATTERN } from './identifiers.ts';
import { type EventDetail, type LifecycleEvent, SCHEMA_VERSION, UPDATABLE } from './lifecycle-event.ts';
import type { PurgeRecord } from './purge.ts';

/**
 * The mark that each step of a device's life leaves in its record, and that every other write takes away (sightings,
 * work on credentials): so the filters of the tables' streams know a step by the new image alone. What a step has no
 * other place for in the record stands here.
 */
export type Step =
  | { readonly operation: 'register' | 'update' | 'decommission' }
  | {
      readonly operation: 'restore';
      readonly requestId: string;
      readonly requestedBy: string | undefined;
      readonly reason: string | undefined;
      readonly correlationId: string | undefined;
    };

/** A device's record in either table, or what is left of a purged one; anything else that lies there has neither mark. */
export type StreamedItem = Partial<InvalidDevice> &
  Partial<Omit<PurgeRecord, 'id'>> & { readonly id: string; readonly step?: Step };

/** An item, as the stream of its table shows it before and after a write; absent where there was or is none. */
export interface StreamedWrite {
  readonly before?: StreamedItem | undefined;
  readonly after?: StreamedItem | undefined;
}

/**
 * A version has two numbers: one for what raised it, and the next for the decommissioning, which leaves it as it is.
 * After that comes a restore, which raises it, or the purge, in the same place and the last.
 */
const NUMBERS_PER_VERSION = 2;
const AFTER_DECOMMISSION = 1;
const AFTER_PURGE = 2;

/** Where a device's record stands in its life. */
interface Life {
  readonly deviceId: string;
  readonly device: Pick<Device, 'registeredAt' | 'version' | 'serialNumber'> & Partial<Device>;
  readonly sequence: number;
}

/** @throws IntegrityViolation for what is no device, or lacks what orders its events: a hand has written it, not the service */
function lifeOf(deviceId: string, record: Partial<Device> = {}, after = 0): Life {
  const { registeredAt, version, serialNumber } = record;
  if (!DEVICE_ID_PATTERN.test(deviceId)) {
    throw new IntegrityViolation(`No event can be told of "${deviceId.slice(0, 300)}", which is no device.`);
  }
  if (registeredAt === undefined || version === undefined || serialNumber === undefined) {
    throw new IntegrityViolation(
      `No event can be told of "${deviceId}": its record lacks registeredAt, version or serialNumber.`,
    );
  }
  const device = { ...record, registeredAt, version, serialNumber };
  return { deviceId, device, sequence: version * NUMBERS_PER_VERSION + after };
}

function detailOf(
  { deviceId, device, sequence }: Life,
  what: Pick<EventDetail, 'at' | 'actor' | 'reason' | 'requestId' | 'correlationId'>,
): EventDetail {
  const { registeredAt, serialNumber, macAddress, name, type, version } = device;
  return {
    schemaVersion: SCHEMA_VERSION,
    id: `${deviceId}/${registeredAt}/${sequence}`,
    deviceId,
    registeredAt,
    sequence,
    ...what,
    device: { serialNumber, macAddress, name, type, version },
  };
}

/** Registrations and updates, which devices alone ask for; the newest request is the one that did it. */
function detailOfRequest(record: StreamedItem, certificateId: string | undefined): EventDetail {
  const { requestId, correlationId } = record.requests?.at(-1) ?? {};
  const actor = { source: 'device', requestedBy: record.id, certificateId } as const;
  return detailOf(lifeOf(record.id, record), { at: record.updatedAt ?? 0, actor, requestId, correlationId });
}

function updated(before: StreamedItem, after: StreamedItem): LifecycleEvent {
  const changed = UPDATABLE.filter((attribute) => !isDeepStrictEqual(before[attribute], after[attribute]));
  const certificateId = changed.includes('certificateIds') ? after.certificateIds?.at(-1) : undefined;
  return { type: 'DeviceUpdated', detail: { ...detailOfRequest(after, certificateId), changed } };
}

function decommissioned(record: StreamedItem): LifecycleEvent {
  const { id, decommission, ttl } = record;
  if (decommission === undefined) throw new IntegrityViolation(`"${id}" is out of service without a reason.`);
  const { at, source, requestedBy, reason, requestId, correlationId, legalHold } = decommission;
  const actor = { source, requestedBy };
  const life = lifeOf(id, record, AFTER_DECOMMISSION);
  return {
    type: 'DeviceDecommissioned',
    detail: {
      ...detailOf(life, { at, actor, reason, requestId, correlationId }),
      retention: { ttl, legalHold },
    },
  };
}

function ofStep(step: Step, before: StreamedItem | undefined, after: StreamedItem): LifecycleEvent {
  switch (step.operation) {
    case 'register':
      return { type: 'DeviceRegistered', detail: detailOfRequest(after, after.certificateIds?.at(-1)) };
    case 'update':
      return updated(before ?? after, after);
    case 'decommission':
      return decommissioned(after);
    case 'restore': {
      const { requestedBy, reason, requestId, correlationId } = step;
      const actor = { source: 'execution', requestedBy } as const;
      const what = { at: after.updatedAt ?? 0, actor, reason, requestId, correlationId };
      return { type: 'DeviceRestored', detail: detailOf(lifeOf(after.id, after), what) };
    }
  }
}

type Purged = Required<Pick<PurgeRecord, 'deviceId' | 'device' | 'purge' | 'receipt'>>;

const isPurged = (item: StreamedItem | undefined): item is StreamedItem & Purged =>
  item?.receipt !== undefined;

function purged({ deviceId, device, purge, receipt }: Purged): LifecycleEvent {
  const { source, requestedBy, reason, requestId, correlationId } = purge;
  const actor = { source, requestedBy };
  const what = { at: receipt.completedAt, actor, reason, requestId, correlationId };
  return {
    type: 'DevicePurged',
    detail: {
      ...detailOf(lifeOf(deviceId, device, AFTER_PURGE), what),
      retention: { ttl: device.ttl },
      decommission: device.decommission,
      receipt: { ...receipt, recordRemovedAt: purge.at },
    },
  };
}

/** The mark has only been left standing: by a write that is no step, and did not take it away. */
const isLeftStanding = ({ before, after }: StreamedWrite): boolean =>
  before !== undefined &&
  isDeepStrictEqual(before.step, after?.step) &&
  before.registeredAt === after?.registeredAt &&
  before.version === after?.version;

/**
 * The event of a write: of each step of a device's life, and of the receipt for what was left of it. `undefined` for
 * all other writes: guards, sightings, work on credentials, removals, which another write follows or has gone before.
 * @throws IntegrityViolation for a marked record that lacks what an event has to say
 */
export function toLifecycleEvent({ before, after }: StreamedWrite): LifecycleEvent | undefined {
  if (isPurged(after)) return isPurged(before) ? undefined : purged(after);
  if (after?.step === undefined || isLeftStanding({ before, after })) return undefined;
  return ofStep(after.step, before, after);
}
