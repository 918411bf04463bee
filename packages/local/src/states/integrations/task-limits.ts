import { linkController } from '../interruption.ts';
import type { StateVisit } from '../state-visit.ts';
import { ChainAborted, StatesError } from '../states-error.ts';
import type { PendingTask } from './pending-tasks.ts';

/**
 * Waits for `work` until a task's limits are reached, by the runtime's clock. Throws `States.Timeout`,
 * `States.HeartbeatTimeout` and {@link ChainAborted}; `work` hears by its signal that nobody waits any more.
 */
export async function withinLimits(
  { chain }: StateVisit,
  task: PendingTask,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const wait = linkController(chain.signal);
  try {
    if (chain.signal.aborted) throw new ChainAborted();
    await Promise.race([work(wait.signal), aborted(wait.signal), limitReached(chain, task, wait.signal)]);
    if (chain.signal.aborted) throw new ChainAborted();
  } finally {
    wait.unlink();
    wait.abort();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function limitReached(
  { run }: StateVisit['chain'],
  { startedMs, timeoutSeconds, heartbeatMs, heartbeatSeconds }: PendingTask,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = run.runtime;
  const timeoutMs = after(startedMs, timeoutSeconds);
  const silenceMs = after(heartbeatMs, heartbeatSeconds);
  const firstMs = Math.min(timeoutMs, silenceMs);
  if (firstMs === Number.POSITIVE_INFINITY) return aborted(signal);
  await clock.sleep(Math.max(0, firstMs - clock.now()), signal);
  throw new StatesError(silenceMs < timeoutMs ? 'States.HeartbeatTimeout' : 'States.Timeout');
}

function after(fromMs: number | undefined, seconds: number | undefined): number {
  if (fromMs === undefined || seconds === undefined) return Number.POSITIVE_INFINITY;
  return fromMs + seconds * 1_000;
}
