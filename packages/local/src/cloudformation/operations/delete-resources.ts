import { removeOthers } from '../apply.ts';
import { NO_RESOURCES } from '../plan.ts';
import type { RunningStacks } from '../running-stacks.ts';
import { failedToDelete } from './failures.ts';

/** Removes what a stack is made of, but for what is retained. */
export async function deleteResources(
  running: RunningStacks,
  stackId: string,
  retained: ReadonlySet<string>,
): Promise<void> {
  const before = running.resourcesOf(stackId);
  const resources = [...before].map(([key, resource]) => {
    const deletionPolicy = retained.has(resource.logicalId) ? 'Retain' : resource.deletionPolicy;
    return [key, { ...resource, deletionPolicy }] as const;
  });
  const step = { ...running.step(stackId), journal: running.store.journal(stackId, true) };
  const failures = await removeOthers(step, new Map(resources), NO_RESOURCES);
  if (failures.length === 0) {
    running.forget(stackId);
    return endDeleted(running, stackId);
  }
  const left = new Set(failures.map(({ logicalId }) => logicalId));
  const remaining = [...before].filter(([, { logicalId }]) => left.has(logicalId));
  running.remember(stackId, new Map(remaining));
  running.store.enter(stackId, 'DELETE_FAILED', failedToDelete(failures));
}

/** The stack is no more. */
export function endDeleted(running: RunningStacks, stackId: string): void {
  for (const { changeSetId } of running.store.changeSets(stackId)) running.store.removeChangeSet(changeSetId);
  running.store.change(stackId, { deletedAtMs: running.store.clock.now() });
  running.store.enter(stackId, 'DELETE_COMPLETE');
}
