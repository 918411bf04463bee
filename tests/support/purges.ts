import type { InvalidDevice } from '../../shared/domain/device.ts';
import { type PurgeRecord, requestedPurge } from '../../shared/domain/purge.ts';

/** What an operator's purge of the record leaves behind. */
export const remainsOf = (
  { record }: { readonly record: InvalidDevice },
  { at = 0, requestId = 'purge-1' } = {},
): PurgeRecord => requestedPurge(record, { at, requestId, requestedBy: 'operator', reason: 'as asked' });
