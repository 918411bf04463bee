import { makeChanges, removeOthers } from '../apply.ts';
import { changesBetween } from '../changes.ts';
import type { RunningStacks } from '../running-stacks.ts';
import type { Deployment, StackRecord } from '../stack-record.ts';
import { createResources, rollBackCreation } from './create-resources.ts';
import { deleteResources } from './delete-resources.ts';
import { explained } from './failures.ts';
import { cleanUp, rollBackUpdate, updateResources } from './update-resources.ts';

/** Makes what the stack is made of, without a word: on AWS it would have gone on running. */
export async function bringUp(running: RunningStacks, record: StackRecord): Promise<void> {
  const { stackId, deployed, pending } = record;
  const plan = deployed && running.plan(record, deployed);
  const resources =
    plan === undefined || pending !== undefined ? running.readResources(record) : plan.resources;
  const { failures } = await makeChanges(running.silentStep(), resources, resources, running.keptKinds);
  for (const failure of failures) throw explained(failure);
  running.remember(stackId, resources, plan?.stack);
}

/** What a kill has interrupted begins again: all that it does can be done twice. */
export async function goOn(running: RunningStacks, record: StackRecord): Promise<void> {
  const { stackId, status } = record;
  const resources = running.readResources(record);
  running.remember(stackId, resources);
  switch (status) {
    case 'CREATE_IN_PROGRESS':
      return createResources(running, stackId);
    case 'ROLLBACK_IN_PROGRESS':
      return rollBackCreation(running, stackId, [...resources.values()], record.statusReason ?? '');
    case 'DELETE_IN_PROGRESS':
      return deleteResources(running, stackId, new Set());
    case 'UPDATE_ROLLBACK_IN_PROGRESS':
    case 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS':
      return rollBackUpdate(running, stackId, [...resources.values()]);
    case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
      await bringUp(running, record);
      return cleanUp(running, stackId, resources, running.resourcesOf(stackId));
    default:
      return updateResources(running, stackId, running.keptKinds);
  }
}

/** Makes of a stack what the runtime starts with. Rejects with what can't be made; nothing is rolled back then. */
export async function deployStarted(
  running: RunningStacks,
  stackId: string,
  deployment: Deployment,
): Promise<void> {
  const { store } = running;
  const record = store.get(stackId);
  const before = running.readResources(record);
  const prepared = await running.prepare(record, deployment);
  const { resources } = prepared.plan;
  const verb = record.deployed === undefined ? 'CREATE' : 'UPDATE';
  const isSame = verb === 'UPDATE' && changesBetween(before, resources).length === 0;
  if (!isSame) store.enter(stackId, `${verb}_IN_PROGRESS`);
  const step = { ...running.step(stackId, prepared), ...running.startingStep() };
  const { failures } = await makeChanges(step, before, resources, running.keptKinds);
  for (const failure of failures) throw explained(failure);
  running.complete(stackId, prepared);
  await removeOthers(step, before, resources);
  running.cleanedUp(stackId);
  if (!isSame) store.enter(stackId, `${verb}_COMPLETE`);
}
