const SECONDS_PER_DAY = 86_400;

/** How long a decommissioned device can come back, in days; fractions are allowed. */
export interface RetentionPolicy {
  readonly defaultDays: number;
  /** By device type; other types have the default. */
  readonly byType: Readonly<Record<string, number>>;
}

/** A retention of more than a hundred years is a mistake; who wants "for ever" means a legal hold. */
export const MAX_RETENTION_DAYS = 36_500;

/** The days that a device is kept: as requested, else by its type, else the default. */
export function retentionDaysFor(
  policy: RetentionPolicy,
  { type, requestedDays }: { readonly type: string | undefined; readonly requestedDays: number | undefined },
): number {
  if (requestedDays !== undefined) return requestedDays;
  if (type !== undefined && Object.hasOwn(policy.byType, type)) {
    return policy.byType[type] ?? policy.defaultDays;
  }
  return policy.defaultDays;
}

/** The TTL attribute, in epoch seconds: the first whole second at which the retention is over. */
export function ttlAfter(nowEpochMs: number, retentionDays: number): number {
  return Math.ceil(nowEpochMs / 1000 + retentionDays * SECONDS_PER_DAY);
}

/**
 * The TTL attribute for a retention whose clock has stood still: what was left of it, from now on. It is rounded up to
 * the second, here and where it was stopped: a hold may lengthen a retention by two seconds, and never shortens it.
 */
export function ttlAfterSeconds(nowEpochMs: number, remainingSeconds: number): number {
  return Math.ceil(nowEpochMs / 1000) + remainingSeconds;
}

/** What is left of a retention that is not over, in whole seconds, rounded up. */
export function remainingSeconds(ttl: number, nowEpochMs: number): number {
  return ttl - epochSeconds(nowEpochMs);
}

/** Whether a record is gone, even if DynamoDB has not removed it yet. */
export function isExpired(record: { readonly ttl?: number }, nowEpochMs: number): boolean {
  return record.ttl !== undefined && record.ttl <= epochSeconds(nowEpochMs);
}

/**
 * Whether an invalid record is kept without end: without a `ttl`, DynamoDB removes neither it nor its guards.
 * It says nothing of a device in service, which has none either.
 */
export function isUnderLegalHold(invalidDevice: { readonly ttl?: number }): boolean {
  return invalidDevice.ttl === undefined;
}

/** Whole seconds, as the TTL attribute counts them. */
export function epochSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}
