import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import {
  type DecommissionDeviceInput,
  decommissionDevice,
} from '../../shared/commands/decommission-device.ts';
import { type HoldDeviceInput, holdDevice } from '../../shared/commands/hold-device.ts';
import { type PurgeDeviceInput, purgeDevice } from '../../shared/commands/purge-device.ts';
import { type RegisterDeviceInput, registerDevice } from '../../shared/commands/register-device.ts';
import { type ReleaseDeviceInput, releaseDevice } from '../../shared/commands/release-device.ts';
import { type RestoreDeviceInput, restoreDevice } from '../../shared/commands/restore-device.ts';
import { type UpdateDeviceInput, updateDevice } from '../../shared/commands/update-device.ts';
import type { DeviceStore } from '../../shared/ports.ts';

export const RETENTION = { defaultDays: 30, byType: { camera: 7 } };

/** The operations on `sensor-1` (or another) with what each test does not care about filled in; made now. */
export function createRequests(at: StoreFixture, store: DeviceStore = at.store) {
  const context = { ...at, store };
  const who = { deviceId: 'sensor-1' };
  return {
    register: (input: Partial<RegisterDeviceInput> = {}) =>
      registerDevice(
        { ...who, serialNumber: 'SN-1', requestId: 'register-1', requestedAt: at.clock(), ...input },
        context,
      ),
    update: (input: Partial<UpdateDeviceInput>) =>
      updateDevice({ ...who, requestId: 'update-1', requestedAt: at.clock(), ...input }, context),
    decommission: (input: Partial<DecommissionDeviceInput> = {}) =>
      decommissionDevice(
        {
          ...who,
          reason: 'worn out',
          requestedBy: 'operator',
          requestId: 'decommission-1',
          requestedAt: at.clock(),
          source: 'execution',
          ...input,
        },
        { ...context, retention: RETENTION },
      ),
    hold: (input: Partial<HoldDeviceInput> = {}) =>
      holdDevice(
        {
          ...who,
          reason: 'case 4711',
          requestedBy: 'counsel',
          requestId: 'hold-1',
          requestedAt: at.clock(),
          ...input,
        },
        context,
      ),
    release: (input: Partial<ReleaseDeviceInput> = {}) =>
      releaseDevice(
        { ...who, requestedBy: 'counsel', requestId: 'release-1', requestedAt: at.clock(), ...input },
        { ...context, retention: RETENTION },
      ),
    restore: (input: Partial<RestoreDeviceInput> = {}) =>
      restoreDevice(
        { ...who, requestedBy: 'operator', requestId: 'restore-1', requestedAt: at.clock(), ...input },
        context,
      ),
    purge: (input: Partial<PurgeDeviceInput> = {}) =>
      purgeDevice(
        {
          ...who,
          reason: 'as asked',
          requestedBy: 'operator',
          requestId: crypto.randomUUID(),
          requestedAt: at.clock(),
          ...input,
        },
        context,
      ),
  };
}
