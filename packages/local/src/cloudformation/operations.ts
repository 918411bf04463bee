import { AwsError } from '../aws.ts';
import { exportsOf, type Output } from '../template/read-stack.ts';
import type { ResourceKind } from '../template/resource-kinds.ts';
import { ALL_KINDS } from '../template/resource-kinds.ts';
import { type Failure, makeChanges, removeOthers, takeBack } from './apply.ts';
import { changesBetween, NO_RESOURCES, type PlannedResource } from './plan.ts';
import { type Prepared, type Resources, type RunningStacks, union } from './running-stacks.ts';
import type { Deployment, StackRecord } from './stack-record.ts';

/** The logical ids, for the sentences that tell of failures. */
export const idsOf = (failures: readonly Failure[]): string =>
  failures.map(({ logicalId }) => logicalId).join(', ');

const failedToDelete = (failures: readonly Failure[]): string =>
  `The following resource(s) failed to delete: [${idsOf(failures)}].`;

const failedToUpdate = (failures: readonly Failure[]): string =>
  `The following resource(s) failed to update: [${idsOf(failures)}].`;

/** A start that fails says which resource it fails at, where the error does not. */
export function explained({ logicalId, error }: Failure): Error {
  if (!(error instanceof AwsError)) return error;
  return new Error(`Resources.${logicalId} can't be created: ${error.message}`, { cause: error });
}

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
function endDeleted(running: RunningStacks, stackId: string): void {
  for (const { changeSetId } of running.store.changeSets(stackId)) running.store.removeChangeSet(changeSetId);
  running.store.change(stackId, { deletedAtMs: running.store.clock.now() });
  running.store.enter(stackId, 'DELETE_COMPLETE');
}

/**
 * Throws for exports that other stacks have too, and for those that others use and that would change.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
function checkExports(running: RunningStacks, record: StackRecord, outputs: readonly Output[]): void {
  const others = running.store.live().filter(({ stackId }) => stackId !== record.stackId);
  const after = exportsOf(outputs);
  for (const name of after.keys()) {
    const exporter = others.find((other) => exportsOf(other.outputs).has(name));
    if (exporter === undefined) continue;
    throw new Error(`Export with name ${name} is already exported by stack ${exporter.stackName}.`);
  }
  const changed = [...exportsOf(record.outputs)].filter(([name, value]) => after.get(name) !== value);
  for (const [name] of changed) {
    const importer = others.find((other) => running.imports(other).has(name));
    if (importer === undefined) continue;
    const verb = after.has(name) ? 'updated' : 'deleted';
    throw new Error(`Export ${name} cannot be ${verb} as it is in use by ${importer.stackName}`);
  }
}

/** The error is of a template that can't be read any longer, such as for an export that has gone, or of its exports. */
export async function prepare(running: RunningStacks, record: StackRecord): Promise<Prepared | Error> {
  if (record.pending === undefined) throw new TypeError(`Nothing is to be deployed to ${record.stackId}.`);
  try {
    const prepared = await running.prepare(record, record.pending);
    checkExports(running, record, prepared.plan.outputs);
    return prepared;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

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
async function rollBackCreation(
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
async function rollBackUpdate(
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
