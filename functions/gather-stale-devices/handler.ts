import * as z from 'zod/mini';
import { createS3Client } from '../../shared/adapters/clients.ts';
import { createStaleGathering } from '../../shared/adapters/join-stale-parts.ts';
import { readFleetBucket } from '../../shared/config.ts';
import { onTask } from '../../shared/middleware/task.ts';
import { prefixField } from '../../shared/stale-input.ts';

const bucket = readFleetBucket();
const files = createStaleGathering(createS3Client(), bucket);

const input = z.strictObject({
  prefix: prefixField,
  parts: z.array(z.string().check(z.regex(/^stale\/[^/]+\/parts\/[^/]+$/, 'must be a part of a proposal'))),
});

/** The last task of the state machine `propose-stale`: makes one file of all parts. */
export const handler = onTask({ operation: 'proposeStale', input }, async ({ input: { prefix, parts } }) => {
  const key = `${prefix}stale.csv`;
  await files.join(parts, key);
  return { outcome: 'gathered', bucket, key };
});
