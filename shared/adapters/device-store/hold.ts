import { changeTtl } from './change-ttl.ts';
import type { Operation } from './operation.ts';

/** The record and its guards without a `ttl`, so that nothing of it expires. */
export const hold: Operation<'hold'> = (context) => async (current, hold, timing) => {
  const changes = { ttl: undefined, hold, holdRequestedAt: hold.requestedAt };
  const outcome = await changeTtl('hold', context, current, changes, timing);
  return { outcome: outcome === 'committed' ? 'held' : outcome };
};
