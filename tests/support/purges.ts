import type { InvalidDevice } from '../../shared/domain/device.ts';
import { type PurgeRecord, type Receipt, requestedPurge } from '../../shared/domain/purge.ts';

/** What an operator's purge of the record leaves behind. */
export const remainsOf = (
  { record }: { readonly record: InvalidDevice },
  { at = 0, requestId = 'purge-1' } = {},
): PurgeRecord => requestedPurge(record, { at, requestId, requestedBy: 'operator', reason: 'as asked' });

/** That all that was left is removed. */
export const aReceipt = (changes: Partial<Receipt> = {}): Receipt => ({
  completedAt: 1,
  thing: 'deleted',
  certificateIds: [],
  keptCertificateIds: [],
  thingGroups: [],
  shadows: [],
  ...changes,
});
