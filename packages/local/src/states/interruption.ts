import type { Chain } from './chain.ts';
import { ChainAborted, StatesError } from './values.ts';

/** A controller that aborts with `parent`, until `unlink` is called. */
export interface LinkedController {
  readonly signal: AbortSignal;
  /** `failedEventId` is the event that tells why, where there is one: the signal's reason. */
  abort(failedEventId?: number): void;
  unlink(): void;
}

/** Makes a controller that aborts with `parent`. */
export function linkController(parent: AbortSignal): LinkedController {
  const controller = new AbortController();
  const abort = () => controller.abort(parent.reason);
  if (parent.aborted) abort();
  else parent.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    abort: (failedEventId) => controller.abort(failedEventId),
    unlink: () => parent.removeEventListener('abort', abort),
  };
}

/** Sleeps on the runtime's clock. Throws {@link ChainAborted} when the chain is to end before. */
export async function sleep(chain: Chain, ms: number): Promise<void> {
  try {
    await chain.run.runtime.clock.sleep(ms, chain.signal);
  } catch (error) {
    throw chain.signal.aborted ? new ChainAborted() : error;
  }
}

/**
 * Waits for `work` as long as the chain goes on and `timeoutSeconds`, where given, have not passed.
 * Throws `States.Timeout` or {@link ChainAborted}; the work itself goes on, as a function on Lambda does.
 */
export async function interruptible<T>(
  chain: Chain,
  work: Promise<T>,
  timeoutSeconds: number | undefined,
): Promise<T> {
  const timer = linkController(chain.signal);
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(new ChainAborted());
    if (timer.signal.aborted) abort();
    else timer.signal.addEventListener('abort', abort, { once: true });
  });
  const rivals: Promise<T>[] = [work, aborted];
  if (timeoutSeconds !== undefined) rivals.push(timeoutAfter(chain, timeoutSeconds, timer.signal));
  try {
    return await Promise.race(rivals);
  } finally {
    timer.unlink();
    // Ends the timer; the rejections that follow lost the race and are its own.
    timer.abort();
  }
}

/** What is timed out is real work, which a clock that is moved forward does not speed up: a jump counts for one slice. */
const SLICE_MS = 1_000;

async function timeoutAfter(chain: Chain, seconds: number, signal: AbortSignal): Promise<never> {
  for (let remainingMs = seconds * 1_000; remainingMs > 0; remainingMs -= SLICE_MS) {
    await chain.run.runtime.clock.sleep(Math.min(SLICE_MS, remainingMs), signal);
  }
  throw new StatesError('States.Timeout');
}
