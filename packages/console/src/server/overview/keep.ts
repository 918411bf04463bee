import type { Clock } from '@device-lifecycle/operator/clock.ts';

/** A failure is told again for so long, before somebody else is asked. */
const RETRY_MS = 2_000;

interface KeepOptions<T> {
  readonly clock: Pick<Clock, 'now'>;
  /** For how long a value is good. */
  readonly freshMs: number;
  /** For how long it is told while the next one is on its way; as long as it is good, if nothing is said. */
  readonly staleMs?: number;
  /** For how long it has to do at least, whatever is said above: what was dear is asked for less often. */
  readonly restMs?: (value: T) => number;
}

/**
 * What is asked of AWS once for all tabs, and not more often than makes sense. `atMost`: how old it may be at the very most,
 * in milliseconds; as has been agreed, where nothing is said.
 */
export type Kept<T> = (atMost?: number) => Promise<T>;

interface Timed {
  readonly atMs: number;
}

/** Keeps the last value of `load`. Who asks for one that is too old waits for the next, and hears of its failure. */
export function keep<T>(load: () => Promise<T>, options: KeepOptions<T>): Kept<T> {
  const { clock, freshMs, staleMs = freshMs, restMs = () => 0 } = options;
  let kept: (Timed & { readonly value: T }) | undefined;
  let failed: (Timed & { readonly error: unknown }) | undefined;
  let loading: Promise<T> | undefined;
  const loadOnce = async (): Promise<T> => {
    try {
      const value = await load();
      kept = { value, atMs: clock.now() };
      failed = undefined;
      return value;
    } catch (error) {
      failed = { error, atMs: clock.now() };
      throw error;
    } finally {
      loading = undefined;
    }
  };
  const ageOf = ({ atMs }: Timed) => clock.now() - atMs;
  return async (atMost) => {
    if (kept !== undefined && ageOf(kept) <= (atMost ?? Math.max(freshMs, restMs(kept.value))))
      return kept.value;
    if (failed !== undefined && ageOf(failed) <= RETRY_MS) throw failed.error;
    loading ??= loadOnce();
    if (kept === undefined || ageOf(kept) > (atMost ?? Math.max(staleMs, 2 * restMs(kept.value))))
      return loading;
    // Who asks next hears of its failure.
    loading.catch(() => undefined);
    return kept.value;
  };
}
