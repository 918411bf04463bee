/** Lets so many calls through a second, evenly, however many ask. */
export interface TokenBucket {
  /** Resolves when the caller may go on; callers go in the order in which they came. */
  take(): Promise<void>;
}

/** `sleep` waits for so many milliseconds. */
export function createTokenBucket(
  perSecond: number,
  { clock, sleep }: { readonly clock: () => number; readonly sleep: (ms: number) => Promise<void> },
): TokenBucket {
  const intervalMs = 1000 / perSecond;
  let nextEpochMs = clock();
  return {
    async take() {
      const now = clock();
      const turn = Math.max(now, nextEpochMs);
      nextEpochMs = turn + intervalMs;
      if (turn > now) await sleep(turn - now);
    },
  };
}
