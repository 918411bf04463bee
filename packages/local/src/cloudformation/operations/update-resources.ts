import type { ResourceKind } from '../../stacks/keepers.ts';
import { makeChanges, removeOthers, takeBack } from '../apply.ts';
import type { PlannedResource } from '../plan.ts';
import { type Resources, type RunningStacks, union } from '../running-stacks.ts';
import { ALL_KINDS } from '../units.ts';
import { failedToUpdate } from './failures.ts';
import { prepare } from './prepare.ts';

/**
 * Makes of a stack what it is to be.
 * @param there the kinds of which all is there that the stack is made of
 */
export async function updateResources(
  running: RunningStacks,
  stackId: string,
  there: ReadonlySet<ResourceKind>,
): Promise<void> {
  const record = running.store.get(stackId);
  const before = running.resourcesOf(stackId);
  const prepared = await prepare(running, record);
  if (prepared instanceof Error) {
    running.store.enter(stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', prepared.message);
    return rollBackUpdate(running, stackId, there === ALL_KINDS ? [] : [...before.values()]);
  }
  const step = running.step(stackId, prepared);
  const { touched, failures } = await makeChanges(step, before, prepared.plan.resources, there);
  if (failures.length === 0) {
    running.complete(stackId, prepared);
    running.store.enter(stackId, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    return cleanUp(running, stackId, before, prepared.plan.resources);
  }
  running.remember(stackId, union(before, touched));
  const reason = failedToUpdate(failures);
  if (record.onFailure === 'DO_NOTHING') return void running.store.enter(stackId, 'UPDATE_FAILED', reason);
  running.store.enter(stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  await rollBackUpdate(running, stackId, touched);
}

/** As on AWS, what can't be removed stays behind, and the update is complete all the same. */
export async function cleanUp(
  running: RunningStacks,
  stackId: string,
  before: Resources,
  after: Resources,
): Promise<void> {
  await removeOthers(running.step(stackId), before, after);
  running.cleanedUp(stackId);
  running.store.enter(stackId, 'UPDATE_COMPLETE');
}

/** Makes of a stack what it was before. */
export async function rollBackUpdate(
  running: RunningStacks,
  stackId: string,
  touched: readonly PlannedResource[],
): Promise<void> {
  const { deployed: deployment, ...record } = running.store.get(stackId);
  if (deployment === undefined) throw new TypeError(`Nothing is deployed to ${stackId}.`);
  const plan = running.plan(record, deployment);
  const failures = await takeBack(running.step(stackId), plan.resources, touched);
  if (failures.length > 0) {
    return void running.store.enter(stackId, 'UPDATE_ROLLBACK_FAILED', failedToUpdate(failures));
  }
  running.complete(stackId, { plan, deployment });
  running.cleanedUp(stackId);
  running.store.enter(stackId, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  running.store.enter(stackId, 'UPDATE_ROLLBACK_COMPLETE');
}
