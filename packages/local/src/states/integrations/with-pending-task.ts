import type { JsonDocument } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import type { PendingTask } from './pending-tasks.ts';

/**
 * Runs an attempt that waits for its token to come back: a new task, or the one that an earlier runtime has
 * left there; expressions see the task's token. One that has succeeded inside of a Map or a Parallel stays:
 * a restart runs that again, and nobody is to be asked again who has answered.
 */
export async function withPendingTask(
  visit: StateVisit,
  attempt: (task: PendingTask) => Promise<JsonDocument>,
): Promise<JsonDocument> {
  const { executionArn, runtime } = visit.chain.run;
  const { place, retryCount } = visit;
  const task =
    runtime.pending.at(executionArn, place) ?? runtime.pending.open({ executionArn, place, retryCount });
  visit.retryCount = task.retryCount;
  visit.taskToken = runtime.pending.tokenOf(task);
  let isToStay = false;
  try {
    const result = await attempt(task);
    isToStay = visit.isRepeated;
    return result;
  } finally {
    // The next runtime goes on with what this one lets go of.
    if (!isToStay && !visit.chain.run.abandoned) runtime.pending.remove(task);
  }
}
