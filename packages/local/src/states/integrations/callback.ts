import type { JsonDocument } from '../json.ts';
import { withinQuota } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { StatesError } from '../states-error.ts';
import type { PendingTask } from './pending-tasks.ts';
import { withinLimits } from './task-limits.ts';

/**
 * Waits until a task's token comes back, and gives the output that came with it. Throws `StatesError` for what failed, and for limits that were reached.
 */
export async function callbackResult(visit: StateVisit, task: PendingTask): Promise<JsonDocument> {
  const { pending } = visit.chain.run.runtime;
  for (;;) {
    const current = pending.current(task);
    const { outcome } = current;
    if (outcome === undefined) await withinLimits(visit, current, (signal) => pending.changed(task, signal));
    else if ('output' in outcome) {
      return withinQuota({ value: JSON.parse(outcome.output), text: outcome.output }, visit.name);
    } else throw new StatesError(outcome.error ?? '', outcome.cause);
  }
}
