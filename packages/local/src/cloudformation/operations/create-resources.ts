import { makeChanges, takeBack } from '../apply.ts';
import { NO_RESOURCES, type PlannedResource } from '../plan.ts';
import { type RunningStacks, union } from '../running-stacks.ts';
import { ALL_KINDS } from '../units.ts';
import { endDeleted } from './delete-resources.ts';
import { failedToDelete, idsOf } from './failures.ts';
import { prepare } from './prepare.ts';

/** Makes what a stack that is to be created is made of. */
export async function createResources(running: RunningStacks, stackId: string): Promise<void> {
  const record = running.store.get(stackId);
  const prepared = await prepare(running, record);
  if (prepared instanceof Error) return rollBackCreation(running, stackId, [], prepared.message);
  const step = running.step(stackId, prepared);
  const { touched, failures } = await makeChanges(step, NO_RESOURCES, prepared.plan.resources, ALL_KINDS);
  if (failures.length === 0) {
    running.complete(stackId, prepared);
    return void running.store.enter(stackId, 'CREATE_COMPLETE');
  }
  running.remember(stackId, union(NO_RESOURCES, touched));
  const reason = `The following resource(s) failed to create: [${idsOf(failures)}].`;
  if (record.onFailure === 'DO_NOTHING') return void running.store.enter(stackId, 'CREATE_FAILED', reason);
  await rollBackCreation(running, stackId, touched, `${reason} Rollback requested by user.`);
}

/** Takes back what was made. */
export async function rollBackCreation(
  running: RunningStacks,
  stackId: string,
  touched: readonly PlannedResource[],
  reason: string,
): Promise<void> {
  const isDeleted = running.store.get(stackId).onFailure === 'DELETE';
  running.store.enter(stackId, isDeleted ? 'DELETE_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS', reason);
  const failures = await takeBack(running.step(stackId), NO_RESOURCES, touched);
  if (failures.length > 0) {
    const status = isDeleted ? 'DELETE_FAILED' : 'ROLLBACK_FAILED';
    return void running.store.enter(stackId, status, failedToDelete(failures));
  }
  running.forget(stackId);
  if (isDeleted) endDeleted(running, stackId);
  else running.store.enter(stackId, 'ROLLBACK_COMPLETE');
}
