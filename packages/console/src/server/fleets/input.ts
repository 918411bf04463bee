import * as z from 'zod';
import type { FromRun, PlanRequest, StaleRequest } from '../../contract/fleets.ts';

// The state machines' own bounds: docs/messages.md.
const MAX_CONCURRENCY = 1_000;
const MAX_RETENTION_DAYS = 36_500;
const MAX_UNSEEN_DAYS = 10_000;
const MAX_REASON = 1_024;
const MAX_PAGE = 500;

const operation = z.enum(['decommission', 'restore']);
const pace = {
  maxConcurrency: z.int().min(1).max(MAX_CONCURRENCY).optional(),
  toleratedFailurePercentage: z.number().min(0).max(100).optional(),
};
/** Its length is counted in characters, not in UTF-16's halves of them. */
const reason = z
  .string()
  .trim()
  .min(1)
  .refine((text) => [...text].length <= MAX_REASON && /^[^\p{Cc}\p{Cs}]*$/u.test(text), {
    error: `has to have ${MAX_REASON} characters at most, and no control characters`,
  });

const whole = (most: number) => z.coerce.number().int().min(0).max(most);

export const listQuery = z.object({ limit: whole(MAX_PAGE).default(25) });

export const failuresQuery = z.object({
  after: whole(Number.MAX_SAFE_INTEGER).default(0),
  limit: whole(MAX_PAGE).default(100),
  error: z.string().optional(),
});

export const problemsQuery = z.object({
  offset: whole(Number.MAX_SAFE_INTEGER).default(0),
  limit: whole(MAX_PAGE).default(100),
});

export const uploadQuery = z.object({ name: z.string().min(1).max(255).default('devices.csv') });

export const paceBody = z
  .object(pace)
  .refine((change) => Object.keys(change).length > 0, { error: 'says nothing to change' });

export const fromRunBody = z.object({
  executionArn: z.string(),
  take: z.enum(['failures', 'decommissioned', 'stale']),
}) satisfies z.ZodType<FromRun>;

export const planBody = z.object({ operation, ...pace }) satisfies z.ZodType<Pick<PlanRequest, 'operation'>>;

const start = z.object({
  uploadId: z.string(),
  operation,
  reason: reason.optional(),
  retentionDays: z.number().gt(0).max(MAX_RETENTION_DAYS).optional(),
  legalHold: z.boolean().optional(),
  skipBadLines: z.boolean(),
  ...pace,
});

export const startBody = start;

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The same as a query. */
export const sameQuery = start.extend({
  retentionDays: z.coerce.number().gt(0).max(MAX_RETENTION_DAYS).optional(),
  legalHold: flag.optional(),
  skipBadLines: flag,
  maxConcurrency: z.undefined().optional(),
  toleratedFailurePercentage: z.undefined().optional(),
});

export const staleBody = z.object({
  unseenDays: z.number().gt(0).max(MAX_UNSEEN_DAYS),
}) satisfies z.ZodType<StaleRequest>;
