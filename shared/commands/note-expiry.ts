import type { InvalidDevice } from '../domain/device.ts';
import { expiredPurge } from '../domain/purge.ts';
import { TransientFault } from '../errors.ts';
import type { DeviceStore, Timing } from '../ports.ts';

export interface NoteExpiryDependencies extends Timing {
  readonly store: Pick<DeviceStore, 'recordPurge'>;
  sleep(ms: number): Promise<void>;
}

const PAUSE_MS = 1_000;

/**
 * Notes what is left of a device whose record DynamoDB has removed; once, however often it is told. Nobody else knows of
 * it any more, so that a passing fault is sat out for as long as there is time.
 * @param removedAt epoch milliseconds
 * @throws Throttled, ServiceUnavailable when the deadline comes first
 */
export async function noteExpiry(
  { device, removedAt }: { readonly device: InvalidDevice; readonly removedAt: number },
  { store, sleep, ...timing }: NoteExpiryDependencies,
): Promise<void> {
  for (;;) {
    try {
      return await store.recordPurge(expiredPurge(device, removedAt), timing);
    } catch (error) {
      const isLast = timing.clock() + PAUSE_MS >= timing.deadlineEpochMs;
      if (!(error instanceof TransientFault) || isLast) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
