import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import type { XmlMembers } from '../../protocol/query.ts';
import { changesBetween, type Plan } from '../plan.ts';
import { isInProgress, type StackRecord, type StackSettings } from '../stack-record.ts';
import type { Stacks } from '../stacks.ts';
import { type ApiContext, existingStack, newStackName, validationError } from './input.ts';
import {
  assertAcknowledged,
  asValidation,
  givenDeployment,
  onFailureOf,
  SETTINGS_PARAMETERS,
  settingsOf,
  TEMPLATE_PARAMETERS,
} from './templates.ts';

/** CreateStack. */
export async function createStack(input: Members, context: ApiContext): Promise<XmlMembers> {
  input.allow(
    ...[
      ...SETTINGS_PARAMETERS,
      ...TEMPLATE_PARAMETERS,
      'EnableTerminationProtection',
      'OnFailure',
      'StackPolicyBody',
    ],
  );
  const { stacks } = context;
  const stackName = newStackName(input);
  const before = stacks.store.find(stackName);
  if (before !== undefined) throw alreadyExists(before);
  const settings = settingsOf(input);
  const onFailure = onFailureOf(input, 'OnFailure');
  const deployment = await givenDeployment(input, context);
  const record = newStack(stacks, stackName, settings, {
    terminationProtection: input.optionalFlag('EnableTerminationProtection') ?? false,
    onFailure,
  });
  const { template } = await asValidation(() => stacks.running.plan(record, deployment));
  assertAcknowledged(template, settings);
  stacks.store.put(record);
  stacks.create(record.stackId, deployment, onFailure);
  return { StackId: record.stackId };
}

/** A stack that nobody knows of yet. */
export function newStack(
  { store }: Stacks,
  stackName: string,
  settings: StackSettings,
  others: Pick<StackRecord, 'terminationProtection' | 'onFailure'>,
): StackRecord {
  return {
    stackName,
    stackId: store.newId('stack', stackName),
    status: 'REVIEW_IN_PROGRESS',
    createdAtMs: store.clock.now(),
    ...settings,
    ...others,
    outputs: [],
    resources: {},
  };
}

const alreadyExists = ({ stackName }: StackRecord): AwsError =>
  new AwsError('AlreadyExistsException', `Stack [${stackName}] already exists`);

/** UpdateStack. */
export async function updateStack(input: Members, context: ApiContext): Promise<XmlMembers> {
  input.allow(...[...SETTINGS_PARAMETERS, ...TEMPLATE_PARAMETERS, 'StackPolicyBody', 'UsePreviousTemplate']);
  const { stacks } = context;
  const record = existingStack(input, stacks.store);
  assertUpdatable(record);
  const settings = settingsOf(input);
  const deployment = await givenDeployment(input, context, record.deployed ?? record.pending);
  const plan = await asValidation(() => stacks.running.plan(record, deployment));
  assertAcknowledged(plan.template, settings);
  if (!isDifferent(stacks, record, plan, settings)) throw validationError('No updates are to be performed.');
  const onFailure = input.optionalFlag('DisableRollback') === true ? 'DO_NOTHING' : 'ROLLBACK';
  stacks.update(record.stackId, deployment, settings, onFailure);
  return { StackId: record.stackId };
}

const UPDATABLE = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  // What was not rolled back because nobody wanted that can be put right.
  'CREATE_FAILED',
  'UPDATE_FAILED',
]);

/** Throws `ValidationError` for a stack in a state in which it can't be updated. */
export function assertUpdatable({ stackId, status }: StackRecord): void {
  if (UPDATABLE.has(status)) return;
  throw validationError(`Stack:${stackId} is in ${status} state and can not be updated.`);
}

/** Whether there is anything to update: resources, outputs or tags. */
export function isDifferent(
  { running }: Stacks,
  record: StackRecord,
  plan: Plan,
  { tags }: StackSettings,
): boolean {
  const before = running.resourcesOf(record.stackId);
  return (
    record.pending !== undefined ||
    changesBetween(before, plan.resources).length > 0 ||
    JSON.stringify(record.outputs) !== JSON.stringify(plan.outputs) ||
    JSON.stringify(record.tags) !== JSON.stringify(tags)
  );
}

/** DeleteStack. One that is not there is no error. */
export async function deleteStack(input: Members, { stacks }: ApiContext): Promise<undefined> {
  input.allow(...['ClientRequestToken', 'RetainResources', 'RoleARN', 'StackName']);
  const { store } = stacks;
  const record = store.find(input.text('StackName'));
  if (record === undefined || record.status === 'DELETE_COMPLETE') return;
  const { stackId, stackName, status, terminationProtection } = record;
  if (terminationProtection) {
    throw validationError(`Stack [${stackName}] cannot be deleted while TerminationProtection is enabled`);
  }
  if (status === 'DELETE_IN_PROGRESS') return;
  if (isInProgress(record)) {
    throw validationError(`Stack:${stackId} is in ${status} state and can not be deleted.`);
  }
  const retained = input.optionalTexts('RetainResources') ?? [];
  if (retained.length > 0 && status !== 'DELETE_FAILED') {
    throw validationError(
      `Invalid operation on stack [${stackId}]. Specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
    );
  }
  assertNotImported(stacks, record);
  stacks.delete(stackId, retained);
}

function assertNotImported({ store, running }: Stacks, { stackId, outputs }: StackRecord): void {
  for (const { exportName } of outputs) {
    if (exportName === undefined) continue;
    const importer = store
      .live()
      .find((other) => other.stackId !== stackId && running.imports(other).has(exportName));
    if (importer === undefined) continue;
    throw validationError(`Export ${exportName} cannot be deleted as it is in use by ${importer.stackName}`);
  }
}

/** UpdateTerminationProtection. */
export async function updateTerminationProtection(
  input: Members,
  { stacks }: ApiContext,
): Promise<XmlMembers> {
  input.allow(...['EnableTerminationProtection', 'StackName']);
  const { stackId } = existingStack(input, stacks.store);
  const terminationProtection = input.optionalFlag('EnableTerminationProtection');
  if (terminationProtection === undefined)
    throw validationError('EnableTerminationProtection must be given.');
  stacks.store.change(stackId, { terminationProtection });
  return { StackId: stackId };
}

/** SetStackPolicy. It protects nothing here: what a deployment replaces or removes is the laptop's own. */
export async function setStackPolicy(input: Members, { stacks }: ApiContext): Promise<undefined> {
  input.allow(...['StackName', 'StackPolicyBody']);
  existingStack(input, stacks.store);
  const policy = input.text('StackPolicyBody');
  try {
    JSON.parse(policy);
  } catch {
    throw validationError('Error validating stack policy: Invalid stack policy');
  }
}
