import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';

/** Where a device is, as its client and the operators know it by the answers that they have had. */
export type Standing =
  | 'absent'
  | 'active'
  | 'decommissioned'
  /** What was asked for has had no answer, however often it was repeated. */
  | 'unknown';

/** A place for one device at a time; when it is gone, another takes it. */
export interface Slot {
  readonly index: number;
  generation: number;
  standing: Standing;
  /** Whether a step of its life is under way: there is one at a time. */
  isBusy: boolean;
  identity: Identity | undefined;
  device: Device | undefined;
  /** `attributes.n` of its record: how many updates were accepted. */
  updates: number;
  /** Epoch seconds, of a decommissioned device that is not held. */
  ttl: number | undefined;
  isHeld: boolean;
}

/** What is to be left of a device that was purged or has expired: nothing. */
export interface Gone {
  readonly deviceId: string;
  readonly certificateId: string;
}

export const createSlots = (count: number): readonly Slot[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    generation: 0,
    standing: 'absent',
    isBusy: false,
    identity: undefined,
    device: undefined,
    updates: 0,
    ttl: undefined,
    isHeld: false,
  }));

export const deviceIdOf = ({ index, generation }: Pick<Slot, 'index' | 'generation'>): string =>
  `soak-${index}-${generation}`;

export const isConnected = ({ device }: Slot): boolean => device?.mqtt.connected === true;

/** Makes room for the next device. @returns what is to be gone */
export function vacate(slot: Slot): Gone {
  const gone = { deviceId: deviceIdOf(slot), certificateId: slot.identity?.certificateId ?? '' };
  slot.device?.mqtt.end(true);
  slot.generation += 1;
  slot.standing = 'absent';
  slot.identity = undefined;
  slot.device = undefined;
  slot.updates = 0;
  slot.ttl = undefined;
  slot.isHeld = false;
  return gone;
}
