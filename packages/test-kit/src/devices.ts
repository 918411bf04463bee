import { START } from '@device-lifecycle/test-kit/clock.ts';
import type {
  Decommission,
  Device,
  HoldRelease,
  LastRestore,
  LegalHold,
} from '../../../shared/domain/device.ts';

/** A device as its registration leaves it, with what is said differently. */
export function aDevice(changes: Partial<Device> = {}): Device {
  const id = changes.id ?? 'sensor-1';
  return {
    id,
    serialNumber: `SN-${id}`,
    attributes: {},
    version: 1,
    certificateIds: [],
    registeredAt: START,
    updatedAt: START,
    requests: [{ requestId: `register-${id}`, operation: 'register', version: 1 }],
    ...changes,
  };
}

export function aDecommission(changes: Partial<Decommission> = {}): Decommission {
  return {
    at: START,
    reason: 'worn out',
    requestedBy: 'operator',
    requestId: 'decommission-1',
    requestedAt: START,
    source: 'execution',
    ...changes,
  };
}

/** The memory of a restore that undid {@link aDecommission}. */
export function aRestore(changes: Partial<LastRestore> = {}): LastRestore {
  return {
    requestId: 'restore-1',
    requestedAt: START,
    version: 2,
    undone: { requestId: 'decommission-1', credentials: 'pending' },
    ...changes,
  };
}

export function aHold(changes: Partial<LegalHold> = {}): LegalHold {
  return {
    at: START,
    reason: 'case 4711',
    requestedBy: 'counsel',
    requestId: 'hold-1',
    requestedAt: START,
    remainingSeconds: 60,
    ...changes,
  };
}

export function aRelease({ ttl, ...changes }: Partial<HoldRelease> & Pick<HoldRelease, 'ttl'>): HoldRelease {
  return {
    at: START,
    requestedBy: 'counsel',
    requestId: 'release-1',
    requestedAt: START,
    ttl,
    ...changes,
  };
}
