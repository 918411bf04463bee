import type { Presence } from '../../../shared/domain/device.ts';

/** Longer than AWS IoT's stamps differ, and shorter than it takes for `versionNumber` to begin anew. */
const SAME_COUNT_MS = 30 * 60_000;

/** Whether what comes tells of something later than what is known. */
export function isNewer(next: Presence, known: Presence | undefined): boolean {
  if (known === undefined) return true;
  if (next.sessionIdentifier === known.sessionIdentifier) return known.connected && !next.connected;
  if (Math.abs(next.at - known.at) > SAME_COUNT_MS) return next.at > known.at;
  if (next.versionNumber !== known.versionNumber) return next.versionNumber > known.versionNumber;
  return next.at > known.at;
}
