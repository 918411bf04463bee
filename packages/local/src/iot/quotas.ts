import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';

/** Calls a second, by the name of the operation. */
export type QuotaRates = Readonly<Record<string, number>>;

/** Throws `ThrottlingException` for a call that is beyond the rate of its operation. */
export type Quotas = (operation: string) => void;

interface QuotasOptions {
  readonly rates: QuotaRates;
  /** The operations that there are: a rate for another one is a mistake, and an error. */
  readonly operations: readonly string[];
  readonly clock: Clock;
  /** HTTP status: the control plane answers 400, the data plane 429. */
  readonly status: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** A bucket of tokens for each operation with a rate: it holds those of a second, full at first. None by default. */
export function createQuotas({ rates, operations, clock, status }: QuotasOptions): Quotas {
  const unknown = Object.keys(rates).find((operation) => !operations.includes(operation));
  if (unknown !== undefined) {
    throw new Error(`There is no operation ${unknown} to give a quota: there are ${operations.join(', ')}.`);
  }
  const buckets = new Map<string, Bucket>();
  return (operation) => {
    const rate = rates[operation];
    if (rate === undefined) return;
    const capacity = Math.max(1, rate);
    const nowMs = clock.now();
    const bucket = buckets.get(operation) ?? { tokens: capacity, filledAtMs: nowMs };
    buckets.set(operation, bucket);
    bucket.tokens = Math.min(capacity, bucket.tokens + ((nowMs - bucket.filledAtMs) / 1_000) * rate);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens < 1) throw new AwsError('ThrottlingException', 'Rate exceeded', status);
    bucket.tokens -= 1;
  };
}
