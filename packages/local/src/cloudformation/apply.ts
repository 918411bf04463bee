import { KIND_ORDER, type ResourceKind, type StackKeepers } from '../template/resource-kinds.ts';
import { isChanged, isMadeAnew, isRetained, type PlannedResource } from './plan.ts';
import type { ResourceStatus } from './stack-record.ts';
import { type Unit, unitKey } from './units.ts';

type Resources = ReadonlyMap<string, PlannedResource>;

/** Is told what becomes of each resource; one that another has replaced has its logical id, but not its physical one. */
export interface Journal {
  note(resource: PlannedResource, status: ResourceStatus, reason?: string): void;
  /** The stack has the resource no longer. */
  forget(resource: PlannedResource): void;
}

export interface Step {
  readonly keepers: StackKeepers;
  readonly journal: Journal;
  /** When the runtime starts: hears of what a call has removed, and is made again for what needs it. */
  onGone?(resource: PlannedResource): void;
  /** Throws where a resource can't be made, whatever its keeper would say. */
  check?(resource: PlannedResource): void;
  /** Whether the stack has, or has begun to make, a resource of that physical id; all when absent. */
  owns?(physicalId: string): boolean;
}

/** A resource that could not be made or changed. */
export interface Failure {
  readonly logicalId: string;
  readonly error: Error;
}

export interface Made {
  /** What was changed, in the order in which it was; what failed has no units, or those alone that were made. */
  readonly touched: readonly PlannedResource[];
  /** Empty when all went well. */
  readonly failures: readonly Failure[];
}

/**
 * Makes and changes what differs between what is there and what is wanted, in the order of the kinds; nothing is
 * removed yet. Ends after the kind in which something fails.
 * @param there the kinds of which what is the same in both is there already; of others it is made without a word
 */
export async function makeChanges(
  step: Step,
  before: Resources,
  after: Resources,
  there: ReadonlySet<ResourceKind>,
): Promise<Made> {
  const touched: PlannedResource[] = [];
  for (const group of inOrder(after)) {
    const isToBeMade = (resource: PlannedResource) => {
      const old = before.get(resource.logicalId);
      const isThere = resource.units.every(({ kind }) => there.has(kind));
      return !isThere || isChanged(old, resource) || isMadeAnew(old, resource);
    };
    const gone = await goneOf(
      step,
      group.filter((resource) => !isToBeMade(resource)),
    );
    const changes = group.filter((resource) => isToBeMade(resource) || gone.has(resource));
    const made = await Promise.all(
      changes.map((resource) => make(step, before.get(resource.logicalId), resource)),
    );
    touched.push(...made.map(({ resource }) => resource));
    const failures = made.flatMap(({ failure }) => failure ?? []);
    if (failures.length > 0) return { touched, failures };
  }
  return { touched, failures: [] };
}

async function goneOf(
  { keepers, onGone }: Step,
  resources: readonly PlannedResource[],
): Promise<ReadonlySet<PlannedResource>> {
  if (onGone === undefined) return new Set();
  const isGone = async ({ units }: PlannedResource) =>
    (await Promise.all(units.map((unit) => unit.isThere(keepers)))).includes(false);
  const are = await Promise.all(resources.map(isGone));
  const gone = resources.filter((_, index) => are[index]);
  gone.forEach(onGone);
  return new Set(gone);
}

/** What came of an attempt: the resource has the units that were made. */
interface Attempt {
  readonly resource: PlannedResource;
  readonly failure?: Failure;
}

function make(step: Step, before: PlannedResource | undefined, after: PlannedResource): Promise<Attempt> {
  const verb = before === undefined ? 'CREATE' : 'UPDATE';
  if (isChanged(before, after)) {
    step.journal.note(after, `${verb}_IN_PROGRESS`, replacementReason(before, after));
  }
  return put(step, after, verb, isChanged(before, after));
}

/** What of it a keeper refuses fails the resource, even where nothing of the resource itself has changed. */
async function put(
  step: Step,
  resource: PlannedResource,
  verb: 'CREATE' | 'UPDATE',
  isNoted: boolean,
): Promise<Attempt> {
  const { keepers, journal, check } = step;
  const units: Unit[] = [];
  let wasThere: boolean;
  try {
    check?.(resource);
    wasThere = await isNobodys(step, resource);
    for (const unit of resource.units) {
      await unit.put(keepers);
      units.push(unit);
    }
  } catch (thrown) {
    const failure = fail(journal, resource, `${verb}_FAILED`, thrown);
    return { resource: { ...resource, units }, failure };
  }
  if (isNoted) journal.note(resource, `${verb}_COMPLETE`);
  // What was there before the stack stays when that is rolled back, with what it holds.
  return { resource: wasThere ? { ...resource, units: [], deletionPolicy: 'Retain' } : resource };
}

/** Whether it is there already, as a call has made it or another stack has retained it. */
async function isNobodys({ keepers, owns }: Step, { physicalId, units }: PlannedResource): Promise<boolean> {
  if (owns === undefined || owns(physicalId)) return false;
  return (await Promise.all(units.map((unit) => unit.isThere(keepers)))).includes(true);
}

function fail(journal: Journal, resource: PlannedResource, status: ResourceStatus, thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  journal.note(resource, status, error.message);
  return { logicalId: resource.logicalId, error };
}

function replacementReason(before: PlannedResource | undefined, after: PlannedResource): string | undefined {
  if (before === undefined || before.physicalId === after.physicalId) return undefined;
  return 'Requested update requires the creation of a new physical resource; hence creating one.';
}

/** Takes back what was changed, the last first: what was there before is as it was, what was not is removed. */
export async function takeBack(
  step: Step,
  before: Resources,
  touched: readonly PlannedResource[],
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const resource of touched.toReversed()) {
    const old = before.get(resource.logicalId);
    if (old === undefined) {
      failures.push(
        ...(await removeResource(step, resource, resource.units, resource.deletionPolicy === 'Retain')),
      );
      continue;
    }
    const isNoted = isChanged(old, resource);
    if (isNoted) step.journal.note(old, 'UPDATE_IN_PROGRESS');
    // A keeper that has refused a change has changed nothing.
    const wasRefused = resource.units.length === 0;
    const { failure } = await put(step, wasRefused ? { ...old, units: [] } : old, 'UPDATE', isNoted);
    if (failure !== undefined) failures.push(failure);
    const kept = keysOf([old]);
    await removeUnits(
      step,
      resource.units.filter((unit) => !kept.has(unitKey(unit))),
    );
  }
  return failures;
}

/** Removes what is wanted no longer, the last first, but for what a policy retains. Goes on after what fails. */
export async function removeOthers(
  step: Step,
  before: Resources,
  after: Resources,
): Promise<readonly Failure[]> {
  const wanted = keysOf(after.values());
  const failures: Failure[] = [];
  for (const group of inOrder(before).toReversed()) {
    for (const resource of group.toReversed()) {
      const successor = after.get(resource.logicalId);
      if (successor?.physicalId === resource.physicalId && successor.type === resource.type) continue;
      const units = resource.units.filter((unit) => !wanted.has(unitKey(unit)));
      const retained = isRetained(successor?.updateReplacePolicy ?? resource.deletionPolicy);
      failures.push(...(await removeResource(step, resource, units, retained)));
    }
  }
  return failures;
}

async function removeResource(
  step: Step,
  resource: PlannedResource,
  units: readonly Unit[],
  isKept: boolean,
): Promise<readonly Failure[]> {
  const { journal } = step;
  if (isKept) {
    journal.note(resource, 'DELETE_SKIPPED');
    journal.forget(resource);
    return [];
  }
  journal.note(resource, 'DELETE_IN_PROGRESS');
  try {
    await removeUnits(step, units);
  } catch (thrown) {
    return [fail(journal, resource, 'DELETE_FAILED', thrown)];
  }
  journal.note(resource, 'DELETE_COMPLETE');
  journal.forget(resource);
  return [];
}

async function removeUnits({ keepers }: Step, units: readonly Unit[]): Promise<void> {
  for (const unit of units.toReversed()) await unit.remove(keepers);
}

function keysOf(resources: Iterable<PlannedResource>): ReadonlySet<string> {
  return new Set([...resources].flatMap(({ units }) => units.map(unitKey)));
}

/** Groups of resources that do not refer to each other: first those that nothing is made of, then kind by kind. */
function inOrder(resources: Resources): readonly (readonly PlannedResource[])[] {
  const place = ({ units }: PlannedResource) =>
    Math.max(-1, ...units.map(({ kind }) => KIND_ORDER.indexOf(kind)));
  const groups = Map.groupBy(resources.values(), place);
  return [...groups].sort(([one], [other]) => one - other).map(([, group]) => group);
}
