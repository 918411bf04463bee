import * as z from 'zod';
import type { LifecycleEvent } from '../../contract/live.ts';

const TYPES = [
  'DeviceRegistered',
  'DeviceUpdated',
  'DeviceDecommissioned',
  'DeviceRestored',
  'DevicePurged',
] as const;

/** What the page shows of an event; fields that are newer than this console are passed over. */
const envelope = z.object({
  'detail-type': z.enum(TYPES),
  detail: z.looseObject({
    id: z.string(),
    deviceId: z.string(),
    registeredAt: z.number(),
    sequence: z.number(),
    at: z.number(),
    actor: z.looseObject({ source: z.string() }),
  }),
});

/** An event as EventBridge puts it into the log group; nothing for what is none of the service's. */
export function readLifecycleEvent(message: string): LifecycleEvent | undefined {
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return undefined;
  }
  const { success, data } = envelope.safeParse(json);
  if (!success) return undefined;
  return { ...data.detail, type: data['detail-type'] };
}
