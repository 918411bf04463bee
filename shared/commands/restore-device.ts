import type { Device, InvalidDevice, LastRestore } from '../domain/device.ts';
import { epochSeconds, isExpired } from '../domain/retention.ts';
import { DeviceNotFound, RetentionExpired, StaleRequest } from '../errors.ts';
import type { DeviceStore, Snapshot, Timing } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';
import { recall } from './last-restore.ts';

export interface RestoreDeviceInput {
  readonly deviceId: string;
  readonly requestedBy: string;
  readonly reason?: string | undefined;
  readonly requestId: string;
  readonly requestedAt: number;
  readonly correlationId?: string | undefined;
}

export interface RestoreDeviceResult {
  readonly deviceId: string;
  readonly outcome: 'restored' | 'alreadyActive';
  readonly version: number;
}

export type RestoreDependencies = Timing & {
  readonly store: Pick<DeviceStore, 'readInvalidDevice' | 'readBoth' | 'readLastRestore' | 'restore'>;
};

function toLastRestore(
  input: RestoreDeviceInput,
  { version, decommission, ttl, credentials, hold, release }: InvalidDevice,
): LastRestore {
  return {
    requestId: input.requestId,
    requestedAt: input.requestedAt,
    requestedBy: input.requestedBy,
    ...(input.reason !== undefined && { reason: input.reason }),
    version: version + 1,
    ...(input.correlationId !== undefined && { correlationId: input.correlationId }),
    undone: {
      requestId: decommission.requestId,
      ...(ttl !== undefined && { ttl }),
      credentials,
      ...(hold !== undefined && { hold: { requestId: hold.requestId } }),
      ...(release !== undefined && { release: { requestId: release.requestId, ttl: release.ttl } }),
    },
  };
}

/** The answer that the request got, if it is the repetition of the device's last restore. */
const answerAgain = (record: Device | InvalidDevice, requestId: string, dependencies: RestoreDependencies) =>
  recall(
    record,
    (lastRestore): RestoreDeviceResult | undefined =>
      lastRestore.requestId === requestId
        ? { deviceId: record.id, outcome: 'restored', version: lastRestore.version }
        : undefined,
    dependencies,
  );

/** A restore that was asked for before the decommissioning: a late one, or the repetition of one that was done. */
async function answerLate(
  { deviceId, requestId }: RestoreDeviceInput,
  record: InvalidDevice,
  dependencies: RestoreDependencies,
): Promise<RestoreDeviceResult | typeof CHANGED> {
  const answer = await answerAgain(record, requestId, dependencies);
  if (answer === undefined) throw new StaleRequest(deviceId);
  return answer;
}

/** The device is not out of service, or for good: looks at both tables at one moment. */
async function explain(
  { deviceId, requestId }: RestoreDeviceInput,
  dependencies: RestoreDependencies,
): Promise<RestoreDeviceResult | typeof CHANGED> {
  const { store, clock } = dependencies;
  const { device, invalidDevice } = await store.readBoth(deviceId, dependencies);
  if (device === undefined) {
    const ttl = invalidDevice?.record.ttl;
    if (invalidDevice === undefined) throw new DeviceNotFound(deviceId);
    if (ttl !== undefined && ttl <= epochSeconds(clock())) throw new RetentionExpired(deviceId, ttl);
    return CHANGED;
  }
  const answer = await answerAgain(device.record, requestId, dependencies);
  return answer ?? { deviceId, outcome: 'alreadyActive', version: device.record.version };
}

async function moveBack(
  current: Snapshot<InvalidDevice>,
  input: RestoreDeviceInput,
  dependencies: RestoreDependencies,
): Promise<RestoreDeviceResult | typeof CHANGED> {
  const { deviceId, requestedAt } = input;
  if (isExpired(current.record, dependencies.clock())) return explain(input, dependencies);
  if (requestedAt < current.record.decommission.requestedAt) {
    return answerLate(input, current.record, dependencies);
  }
  const lastRestore = toLastRestore(input, current.record);
  const updatedAt = Math.max(requestedAt, current.record.updatedAt);
  const result = await dependencies.store.restore(current, { lastRestore, updatedAt }, dependencies);
  switch (result.outcome) {
    case 'restored':
      return { deviceId, outcome: 'restored', version: lastRestore.version };
    case 'repeated':
      return { deviceId, outcome: 'restored', version: result.lastRestore.version };
    case 'changed':
      return CHANGED;
  }
}

/**
 * Moves a device back into service as it was, in one transaction, while its retention lasts; a legal hold on its record
 * ends with it.
 * @throws DeviceNotFound, RetentionExpired, StaleRequest when a decommissioning was asked for after this request
 */
export function restoreDevice(
  input: RestoreDeviceInput,
  dependencies: RestoreDependencies,
): Promise<RestoreDeviceResult> {
  return untilUnchanged(async () => {
    const current = await dependencies.store.readInvalidDevice(input.deviceId, dependencies);
    return current === undefined ? explain(input, dependencies) : moveBack(current, input, dependencies);
  }, dependencies);
}
