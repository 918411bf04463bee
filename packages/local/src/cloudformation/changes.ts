import { isDeepStrictEqual } from 'node:util';
import type { PlannedResource } from './plan.ts';
import type { ResourceChange } from './stack-record.ts';

type Resources = ReadonlyMap<string, PlannedResource>;

/** Whether CloudFormation would change the resource: its properties or policies differ, or it is another one. */
export function isChanged(before: PlannedResource | undefined, after: PlannedResource): boolean {
  return (
    before === undefined ||
    before.type !== after.type ||
    before.physicalId !== after.physicalId ||
    before.deletionPolicy !== after.deletionPolicy ||
    before.updateReplacePolicy !== after.updateReplacePolicy ||
    !isDeepStrictEqual(before.properties, after.properties)
  );
}

/** Whether any keeper would have something to do, be it for a resource that belongs to this one. */
export function isMadeAnew(before: PlannedResource | undefined, after: PlannedResource): boolean {
  return !isDeepStrictEqual(
    before?.units.map(({ state }) => state) ?? [],
    after.units.map(({ state }) => state),
  );
}

/** Whether the retention policy leaves what it is said of. */
export const isRetained = (policy: PlannedResource['deletionPolicy']): boolean =>
  policy === 'Retain' || policy === 'RetainExceptOnCreate';

/** What would be done to come from the one to the other, by logical id: what a change set shows. */
export function changesBetween(before: Resources, after: Resources): readonly ResourceChange[] {
  const removed = [...before.values()].filter(({ logicalId }) => !after.has(logicalId)).map(removal);
  const others = [...after.values()].flatMap((resource) =>
    changeOf(before.get(resource.logicalId), resource),
  );
  return [...others, ...removed].sort((one, other) => (one.logicalId < other.logicalId ? -1 : 1));
}

function removal({ logicalId, physicalId, type, deletionPolicy }: PlannedResource): ResourceChange {
  const policyAction = isRetained(deletionPolicy) ? 'Retain' : 'Delete';
  return { action: 'Remove', logicalId, physicalId, type, properties: [], policyAction };
}

function changeOf(before: PlannedResource | undefined, after: PlannedResource): readonly ResourceChange[] {
  const { logicalId, type } = after;
  if (before === undefined) return [{ action: 'Add', logicalId, type, properties: [] }];
  if (!isChanged(before, after)) return [];
  const isReplaced = before.type !== type || before.physicalId !== after.physicalId;
  const change = {
    action: 'Modify',
    logicalId,
    physicalId: before.physicalId,
    type,
    properties: changedProperties(before, after),
  } as const;
  if (!isReplaced) return [{ ...change, replacement: 'False' }];
  const policyAction = isRetained(after.updateReplacePolicy) ? 'ReplaceAndRetain' : 'ReplaceAndDelete';
  return [{ ...change, replacement: 'True', policyAction }];
}

function changedProperties(before: PlannedResource, after: PlannedResource): readonly string[] {
  const names = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(before.properties[name], after.properties[name]))
    .sort();
}
