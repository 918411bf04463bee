import type { JsonDocument } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import type { PendingTask } from './pending-tasks.ts';

/**
 * Runs an attempt that waits for something outside of its execution: a new task, or the one that an earlier runtime has
 * left there. With `hasToken`, expressions see the task's token.
 */
export async function withPendingTask(
  visit: StateVisit,
  hasToken: boolean,
  attempt: (task: PendingTask) => Promise<JsonDocument>,
): Promise<JsonDocument> {
  const { executionArn, runtime } = visit.chain.run;
  const { place, retryCount } = visit;
  const task =
    runtime.pending.at(executionArn, place) ?? runtime.pending.open({ executionArn, place, retryCount });
  visit.retryCount = task.retryCount;
  if (hasToken) visit.taskToken = runtime.pending.tokenOf(task);
  try {
    return await attempt(task);
  } finally {
    // The next runtime goes on with what this one lets go of.
    if (!visit.chain.run.abandoned) runtime.pending.remove(task);
  }
}
