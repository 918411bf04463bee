import type { InvalidDevice } from '../domain/device.ts';
import { requestedPurge, requestedPurgeId } from '../domain/purge.ts';
import { isExpired, isUnderLegalHold } from '../domain/retention.ts';
import { DeviceInService, DeviceNotFound, StaleRequest, UnderLegalHold } from '../errors.ts';
import type { DeviceStore, Timing } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';

export interface PurgeDeviceInput {
  readonly deviceId: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly correlationId?: string | undefined;
}

export interface PurgeDeviceResult {
  readonly deviceId: string;
  readonly outcome: 'purged';
  /** Of what is left of it in AWS IoT, to be removed. */
  readonly purgeId: string;
}

type PurgeDeviceDependencies = Timing & {
  readonly store: Pick<DeviceStore, 'readBoth' | 'readPurge' | 'purge'>;
};

function toPurge({ requestId, reason, requestedBy, correlationId }: PurgeDeviceInput, at: number) {
  const actor = { requestId, reason, requestedBy };
  return { at, ...actor, ...(correlationId !== undefined && { correlationId }) };
}

/** @throws StaleRequest, UnderLegalHold */
function refuse(record: InvalidDevice, { requestedAt }: PurgeDeviceInput): void {
  // Restored and taken out of service again since: it is not what was to be purged.
  if (requestedAt < record.decommission.requestedAt) throw new StaleRequest(record.id);
  if (isUnderLegalHold(record)) throw new UnderLegalHold(record.id);
}

/**
 * Ends the afterlife of a decommissioned device before its TTL does, and frees its identifiers. What is left of it in
 * AWS IoT is noted in the same transaction, to be removed next.
 * @throws DeviceInService; DeviceNotFound, also when its retention is over already; StaleRequest; UnderLegalHold
 */
export function purgeDevice(
  input: PurgeDeviceInput,
  dependencies: PurgeDeviceDependencies,
): Promise<PurgeDeviceResult> {
  const { store, clock } = dependencies;
  const { deviceId, requestId } = input;
  const purgeId = requestedPurgeId(deviceId, requestId);
  const purged = { deviceId, outcome: 'purged', purgeId } as const;
  return untilUnchanged(async () => {
    const { device, invalidDevice } = await store.readBoth(deviceId, dependencies);
    // The first answer may have been lost. Asked last: what the same request has removed by now, it has noted by now.
    if ((await store.readPurge(purgeId, dependencies)) !== undefined) return purged;
    if (device !== undefined) throw new DeviceInService(deviceId);
    if (invalidDevice === undefined || isExpired(invalidDevice.record, clock())) {
      throw new DeviceNotFound(deviceId);
    }
    refuse(invalidDevice.record, input);
    const remains = requestedPurge(invalidDevice.record, toPurge(input, clock()));
    const { outcome } = await store.purge(invalidDevice, remains, dependencies);
    return outcome === 'changed' ? CHANGED : purged;
  }, dependencies);
}
