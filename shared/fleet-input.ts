import * as z from 'zod/mini';
import { correlationIdField, parseInput, requestIdField } from './input.ts';
import type { TaskRequest } from './middleware/task.ts';

/** One child execution moves a batch; more of them than this would only throttle each other. */
const MAX_CONCURRENCY = 1_000;
const DEFAULT_CONCURRENCY = 10;
const DEFAULT_TOLERATED_FAILURE_PERCENTAGE = 10;

export const maxConcurrencyField = z.optional(z.int().check(z.minimum(1), z.maximum(MAX_CONCURRENCY)));

/** The service's own bucket alone: its roles can read no other, which only a failed execution would tell. */
const sourceField = (bucket: string) =>
  z.strictObject({
    bucket: z.string().check(z.refine((value) => value === bucket, `must be ${bucket}`)),
    key: z
      .string()
      .check(
        z.maxLength(1024),
        z.regex(/^(?:sources|stale)\//, 'must begin with sources/ or stale/'),
        z.regex(/\.(?:csv|jsonl)$/, 'must end in .csv or .jsonl'),
      ),
  });

/** What the input of every fleet's execution has. */
export const fleetFields = (bucket: string) => ({
  source: sourceField(bucket),
  requestId: z.optional(requestIdField),
  correlationId: z.optional(correlationIdField),
  dryRun: z.optional(z.boolean()),
  maxConcurrency: maxConcurrencyField,
  toleratedFailurePercentage: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
});

/** Of the function's event: the execution's whole input, as it came. */
export const checkInput = z.strictObject({ check: z.unknown() });

/** Whether a state machine asks for its input to be looked at before it starts anything. */
export const isCheck = (event: unknown): boolean => Object.hasOwn(Object(event), 'check');

type FleetInput = z.output<z.ZodMiniObject<ReturnType<typeof fleetFields>>>;

/**
 * A fleet's input as its state machine goes on with it: with defaults, and `batch`, which goes to every batch alike, so
 * that what was done answers the same again after a redrive.
 * @throws InvalidInput
 */
export function checkFleet<S extends z.ZodMiniType<FleetInput>>(
  schema: S,
  { input, requestId, requestedAt, correlationId }: TaskRequest<z.output<typeof checkInput>>,
) {
  const { source, maxConcurrency, toleratedFailurePercentage, ...request } = parseInput(schema, input.check);
  return {
    outcome: 'checked',
    source,
    format: source.key.endsWith('.csv') ? 'csv' : 'jsonl',
    maxConcurrency: maxConcurrency ?? DEFAULT_CONCURRENCY,
    toleratedFailurePercentage: toleratedFailurePercentage ?? DEFAULT_TOLERATED_FAILURE_PERCENTAGE,
    batch: { requestId, correlationId, ...request, requestedAt, source: 'execution' },
  } as const;
}
