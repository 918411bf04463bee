import type { Device, InvalidDevice, LastRestore } from '../domain/device.ts';
import type { DeviceStore, Timing } from '../ports.ts';
import { CHANGED } from './attempts.ts';

type RestoreDependencies = Timing & { readonly store: Pick<DeviceStore, 'readBoth' | 'readLastRestore'> };

/** It has not been changed, taken out of service, restored or registered anew; heartbeats and work on credentials aside. */
const isSame = (one: Device | InvalidDevice, other: Device | InvalidDevice | undefined): boolean =>
  one.version === other?.version &&
  one.registeredAt === other.registeredAt &&
  ('decommission' in one ? one.decommission.requestId : undefined) ===
    ('decommission' in other ? other.decommission.requestId : undefined);

/**
 * What a device's last restore says to a request. The memory lies on the guard of the serial number, and is read after
 * the record: where it says nothing, that counts only if the record is still the one that was read, since an update may
 * have moved it, or another restore replaced it.
 * @returns `undefined` where it says nothing, `CHANGED` where that is not certain
 */
export async function recall<Answer>(
  record: Device | InvalidDevice,
  answerFrom: (lastRestore: LastRestore) => Answer | undefined,
  dependencies: RestoreDependencies,
): Promise<Answer | undefined | typeof CHANGED> {
  const lastRestore = await dependencies.store.readLastRestore(record, dependencies);
  const answer = lastRestore && answerFrom(lastRestore);
  if (answer !== undefined) return answer;
  const { device, invalidDevice } = await dependencies.store.readBoth(record.id, dependencies);
  const current = 'decommission' in record ? invalidDevice : device;
  return isSame(record, current?.record) ? undefined : CHANGED;
}
