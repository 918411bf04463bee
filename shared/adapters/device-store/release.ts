import { changeTtl } from './change-ttl.ts';
import type { Operation } from './operation.ts';

/** The record and its guards with the `ttl` of the release. */
export const release: Operation<'release'> = (context) => async (current, release, timing) => {
  const changes = { ttl: release.ttl, release, holdRequestedAt: release.requestedAt };
  const outcome = await changeTtl('release', context, current, changes, timing);
  return { outcome: outcome === 'committed' ? 'released' : outcome };
};
