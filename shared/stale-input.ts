import * as z from 'zod/mini';
import { seenBefore } from './domain/stale.ts';
import { type checkInput, maxConcurrencyField } from './fleet-input.ts';
import { parseInput, reasonField } from './input.ts';
import type { TaskRequest } from './middleware/task.ts';

const MAX_UNSEEN_DAYS = 10_000;
const MAX_SEGMENTS = 1_000;
const DEFAULT_SEGMENTS = 32;
const DEFAULT_CONCURRENCY = 10;

/** What an execution of `propose-stale` says. */
export const proposal = z.strictObject({
  unseenDays: z.number().check(z.positive(), z.maximum(MAX_UNSEEN_DAYS)),
  requestedBy: reasonField,
  segments: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_SEGMENTS))),
  maxConcurrency: maxConcurrencyField,
});

/** Where the files of one proposal are. */
export const prefixField = z.string().check(z.regex(/^stale\/[^/]+\/$/, 'must be stale/{execution}/'));

/** What says which page of which segment a call looks at. */
export const segmentFields = {
  segment: z.int().check(z.nonnegative()),
  totalSegments: z.int().check(z.positive(), z.maximum(MAX_SEGMENTS)),
  prefix: prefixField,
  /** How many calls of this segment came before. */
  call: z.int().check(z.nonnegative()),
};

/** The same for a call that is repeated; in the order of the segments. */
export function partKey({
  prefix,
  segment,
  call,
}: {
  readonly prefix: string;
  readonly segment: number;
  readonly call: number;
}): string {
  return `${prefix}parts/${String(segment).padStart(4, '0')}-${String(call).padStart(6, '0')}.csv`;
}

/**
 * A proposal's input as its state machine goes on with it: `segments` has one item for each child execution.
 * @throws InvalidInput
 */
export function checkProposal({ input, requestId, requestedAt }: TaskRequest<z.output<typeof checkInput>>) {
  const { unseenDays, segments = DEFAULT_SEGMENTS, maxConcurrency } = parseInput(proposal, input.check);
  const prefix = `stale/${requestId}/`;
  const before = seenBefore(requestedAt, unseenDays);
  return {
    outcome: 'checked',
    seenBefore: before,
    prefix,
    maxConcurrency: maxConcurrency ?? DEFAULT_CONCURRENCY,
    segments: Array.from({ length: segments }, (_, segment) => ({
      segment,
      totalSegments: segments,
      seenBefore: before,
      prefix,
      call: 0,
      devices: 0,
      parts: [],
    })),
  } as const;
}
