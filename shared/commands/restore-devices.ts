import type { InvalidDevice } from '../domain/device.ts';
import type { DeviceOutcome, FleetRow } from '../domain/fleet.ts';
import { isExpired } from '../domain/retention.ts';
import { DeviceNotFound, RetentionExpired, StaleRequest } from '../errors.ts';
import type { DeviceStore, Timing } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';
import { answeredFirst, type FailureObserver, moveFleet, type ReadAhead } from './move-fleet.ts';
import { type RestoreDependencies, type RestoreDeviceInput, restoreDevice } from './restore-device.ts';

export interface RestoreDevicesInput extends Omit<RestoreDeviceInput, 'deviceId'> {
  readonly rows: readonly FleetRow[];
  /** Nothing is written: says what would happen. */
  readonly dryRun?: boolean | undefined;
}

type Dependencies = Timing & {
  readonly store: RestoreDependencies['store'] & Pick<DeviceStore, 'readInvalidDevices'>;
  readonly failed: FailureObserver;
};

/** As in decommission-devices.ts: what would be refused by what was read ahead is read again for. */
function answerOf(
  { deviceId, requestedAt }: RestoreDeviceInput,
  ahead: ReadAhead<InvalidDevice>,
  nowEpochMs: number,
) {
  const value = ahead.get(deviceId);
  const isRefused =
    value !== undefined &&
    (isExpired(value.record, nowEpochMs) || requestedAt < value.record.decommission.requestedAt);
  return ahead.has(deviceId) && !isRefused ? { value } : undefined;
}

async function restore(input: RestoreDeviceInput, dependencies: RestoreDependencies): Promise<DeviceOutcome> {
  const { deviceId, outcome } = await restoreDevice(input, dependencies);
  return { deviceId, outcome };
}

/** What a restore would answer of a device that is not out of service, or for good. */
async function explain(
  deviceId: string,
  dependencies: RestoreDependencies,
): Promise<DeviceOutcome | typeof CHANGED> {
  const { device, invalidDevice } = await dependencies.store.readBoth(deviceId, dependencies);
  if (device !== undefined) return { deviceId, outcome: 'alreadyActive', certificates: 0 };
  if (invalidDevice === undefined) throw new DeviceNotFound(deviceId);
  const { ttl } = invalidDevice.record;
  if (ttl === undefined || !isExpired(invalidDevice.record, dependencies.clock())) return CHANGED;
  throw new RetentionExpired(deviceId, ttl);
}

/** @throws as a restore would, but for what only its transaction finds out */
function foresee(input: RestoreDeviceInput, dependencies: RestoreDependencies): Promise<DeviceOutcome> {
  const { deviceId, requestedAt } = input;
  const { store, clock } = dependencies;
  return untilUnchanged<DeviceOutcome>(async () => {
    const current = await store.readInvalidDevice(deviceId, dependencies);
    if (current === undefined || isExpired(current.record, clock())) return explain(deviceId, dependencies);
    const { decommission, credentialsWork } = current.record;
    if (requestedAt < decommission.requestedAt) throw new StaleRequest(deviceId);
    const certificates = credentialsWork?.deactivation?.certificateIds.length ?? 0;
    return { deviceId, outcome: 'wouldRestore', certificates };
  }, dependencies);
}

/**
 * Moves the devices of a batch back into service, each in a transaction of its own: {@link restoreDevice}.
 * @returns what became of each row, in their order
 * @throws Throttled, ServiceUnavailable, TransactionConflict when every device met with a passing fault
 */
export function restoreDevices(
  { rows, dryRun, ...request }: RestoreDevicesInput,
  dependencies: Dependencies,
): Promise<readonly DeviceOutcome[]> {
  const { store, clock } = dependencies;
  const carryOut = dryRun === true ? foresee : restore;
  return moveFleet<InvalidDevice>(
    rows,
    {
      readAhead: (deviceIds, timing) => store.readInvalidDevices(deviceIds, timing),
      work: (deviceId, ahead) => {
        const input = { ...request, deviceId };
        const answer = answerOf(input, ahead, clock());
        const readInvalidDevice = answeredFirst(answer, store.readInvalidDevice);
        return carryOut(input, { ...dependencies, store: { ...store, readInvalidDevice } });
      },
    },
    dependencies,
  );
}
