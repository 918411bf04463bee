import { useCallback, useEffect, useState } from 'preact/hooks';
import type { DeviceList } from '../../../contract/devices.ts';
import type { LifecycleEventType, LiveMessage } from '../../../contract/live.ts';
import { useLifecycle } from '../../api/live.ts';

/** What puts a device into a list, changes it there, or takes it out. */
const RELEVANT: Readonly<Record<DeviceList, readonly LifecycleEventType[]>> = {
  active: ['DeviceRegistered', 'DeviceUpdated', 'DeviceDecommissioned', 'DeviceRestored'],
  decommissioned: ['DeviceDecommissioned', 'DeviceRestored', 'DevicePurged'],
  pending: ['DeviceDecommissioned', 'DeviceRestored', 'DevicePurged'],
  held: ['DeviceDecommissioned', 'DeviceRestored', 'DevicePurged'],
  ghosts: ['DeviceRestored', 'DevicePurged'],
  purging: ['DevicePurged'],
};

/** Of as many devices the last change is known. */
const MAX_KNOWN = 2_000;

export interface Changes {
  /** Since the list was loaded. */
  readonly count: number;
  /** The last one of a device, by its id. */
  readonly byDevice: ReadonlyMap<string, LifecycleEventType>;
}

const NONE: Changes = { count: 0, byDevice: new Map() };

/** What has happened to the devices of a list since it was loaded. `round`: changes when it is loaded anew. */
export function useChanges(list: DeviceList, round: number): Changes {
  const [changes, setChanges] = useState(NONE);
  useEffect(() => setChanges(NONE), [list, round]);
  useLifecycle(
    useCallback(
      (message: Extract<LiveMessage, { type: 'lifecycle' }>) =>
        setChanges((before) => withMore(before, message, RELEVANT[list])),
      [list],
    ),
  );
  return changes;
}

function withMore(
  before: Changes,
  { events, counts }: Extract<LiveMessage, { type: 'lifecycle' }>,
  relevant: readonly LifecycleEventType[],
): Changes {
  const more = relevant.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
  if (more === 0) return before;
  const byDevice = new Map(before.byDevice);
  for (const { type, deviceId } of events) if (relevant.includes(type)) byDevice.set(deviceId, type);
  for (const oldest of byDevice.keys()) {
    if (byDevice.size <= MAX_KNOWN) break;
    byDevice.delete(oldest);
  }
  return { count: before.count + more, byDevice };
}
