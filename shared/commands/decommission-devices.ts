import type { Device } from '../domain/device.ts';
import type { DeviceOutcome, FleetRow } from '../domain/fleet.ts';
import { AlreadyDecommissioned, StaleRequest } from '../errors.ts';
import type { DeviceStore, Timing } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';
import {
  type DecommissionDependencies,
  type DecommissionDeviceInput,
  decommissionDevice,
} from './decommission-device.ts';
import { findDecommissioned } from './missing-device.ts';
import { answeredFirst, type FailureObserver, moveFleet, type ReadAhead } from './move-fleet.ts';

export interface DecommissionDevicesInput extends Omit<DecommissionDeviceInput, 'deviceId' | 'notBefore'> {
  readonly rows: readonly FleetRow[];
  /** Nothing is written: says what would happen. */
  readonly dryRun?: boolean | undefined;
}

type Dependencies = Timing &
  Omit<DecommissionDependencies, 'store'> & {
    readonly store: DecommissionDependencies['store'] & Pick<DeviceStore, 'readDevices'>;
    readonly failed: FailureObserver;
  };

type Request = Omit<DecommissionDeviceInput, 'notBefore'> & { readonly notBefore?: undefined };

/**
 * What was read ahead may be old. A record that has changed since fails the move's condition, and one that is missing is
 * looked for in both tables; only a refusal has nothing else to rely on, so that it is read again for.
 */
function answerOf({ deviceId, requestedAt }: Request, ahead: ReadAhead<Device>) {
  const value = ahead.get(deviceId);
  const isRefused = value !== undefined && requestedAt < value.record.registeredAt;
  return ahead.has(deviceId) && !isRefused ? { value } : undefined;
}

async function decommission(input: Request, dependencies: DecommissionDependencies): Promise<DeviceOutcome> {
  const { deviceId, outcome, ttl } = await decommissionDevice(input, dependencies);
  return { deviceId, outcome, ...(ttl !== undefined && { ttl }) };
}

/** @throws as a decommissioning would, but for what only its transaction finds out */
function foresee(input: Request, dependencies: DecommissionDependencies): Promise<DeviceOutcome> {
  const { deviceId, requestedAt, legalHold } = input;
  return untilUnchanged<DeviceOutcome>(async () => {
    const current = await dependencies.store.readDevice(deviceId, dependencies);
    if (current !== undefined) {
      if (requestedAt < current.record.registeredAt) throw new StaleRequest(deviceId);
      return {
        deviceId,
        outcome: 'wouldDecommission',
        certificates: current.record.certificateIds.length,
      };
    }
    const found = await findDecommissioned(deviceId, dependencies);
    if (found === CHANGED) return CHANGED;
    if (legalHold === true && found.ttl !== undefined) throw new AlreadyDecommissioned(deviceId, found.ttl);
    return { deviceId, outcome: 'alreadyDecommissioned', certificates: 0 };
  }, dependencies);
}

/**
 * Moves the devices of a batch out of service, each in a transaction of its own: {@link decommissionDevice}.
 * @returns what became of each row, in their order
 * @throws Throttled, ServiceUnavailable, TransactionConflict when every device met with a passing fault
 */
export function decommissionDevices(
  { rows, dryRun, ...request }: DecommissionDevicesInput,
  dependencies: Dependencies,
): Promise<readonly DeviceOutcome[]> {
  const { store } = dependencies;
  const carryOut = dryRun === true ? foresee : decommission;
  return moveFleet<Device>(
    rows,
    {
      readAhead: (deviceIds, timing) => store.readDevices(deviceIds, timing),
      work: (deviceId, ahead) => {
        const input = { ...request, deviceId };
        const readDevice = answeredFirst(answerOf(input, ahead), store.readDevice);
        return carryOut(input, { ...dependencies, store: { ...store, readDevice } });
      },
    },
    dependencies,
  );
}
