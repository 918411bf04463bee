const IMMEDIATE = 3;
const PRE_BACKOFF = 2;
const BACKOFF = 10;
const POST_BACKOFF = 100_000;
const FIRST_MS = 1_000;
const LONGEST_MS = 20_000;

/**
 * How long after a failure a queue or a function is tried again, by the number of retries before, in milliseconds;
 * undefined where it is not: three times at once, twice a second later, ten times after ever longer, and then every
 * 20 seconds for 23 days.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function retryDelayMs(retries: number): number | undefined {
  if (retries < IMMEDIATE) return 0;
  if (retries < IMMEDIATE + PRE_BACKOFF) return FIRST_MS;
  const backoff = retries - IMMEDIATE - PRE_BACKOFF;
  // From one second to twenty, by the same factor each time.
  if (backoff < BACKOFF) return Math.round(FIRST_MS * (LONGEST_MS / FIRST_MS) ** (backoff / (BACKOFF - 1)));
  return backoff - BACKOFF < POST_BACKOFF ? LONGEST_MS : undefined;
}
