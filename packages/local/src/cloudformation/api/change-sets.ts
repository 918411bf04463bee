import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import type { XmlMembers } from '../../protocol/query.ts';
import { TemplateError } from '../../template/template.ts';
import { changesBetween, type Plan } from '../plan.ts';
import type { ChangeSetRecord, ChangeSetType, ResourceChange, StackRecord } from '../stack-record.ts';
import type { Stacks } from '../stacks.ts';
import { parametersOf, tagsOf } from './describe.ts';
import {
  type ApiContext,
  existingStack,
  findChangeSet,
  foundChangeSet,
  newStackName,
  pageOf,
  validationError,
} from './input.ts';
import { assertUpdatable, isDifferent, newStack } from './stacks.ts';
import {
  assertAcknowledged,
  givenDeployment,
  onFailureOf,
  optional,
  SETTINGS_PARAMETERS,
  settingsOf,
  TEMPLATE_PARAMETERS,
} from './templates.ts';

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

const CHANGE_SET_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** CreateChangeSet: as soon as it answers, the change set is complete or has failed. */
export async function createChangeSet(input: Members, context: ApiContext): Promise<XmlMembers> {
  input.allow(
    ...[
      ...SETTINGS_PARAMETERS.filter((name) => name !== 'DisableRollback'),
      ...TEMPLATE_PARAMETERS,
      'ChangeSetName',
      'ChangeSetType',
      'ClientToken',
      'Description',
      'IncludeNestedStacks',
      'OnStackFailure',
      'UsePreviousTemplate',
    ],
  );
  const { stacks } = context;
  const type = input.optionalEnum('ChangeSetType', ['CREATE', 'UPDATE'] as const) ?? 'UPDATE';
  const changeSetName = changeSetNameOf(input);
  const settings = settingsOf(input);
  const onStackFailure = input.optionalText('OnStackFailure') && onFailureOf(input, 'OnStackFailure');
  const before =
    type === 'CREATE' ? reviewedStack(input, stacks, changeSetName) : updatedStack(input, stacks);
  const deployment = await givenDeployment(input, context, before?.deployed ?? before?.pending);
  const { store } = stacks;
  const stack =
    before ??
    newStack(stacks, newStackName(input), settings, { terminationProtection: false, onFailure: 'ROLLBACK' });
  if (store.changeSets(stack.stackId).some((other) => other.changeSetName === changeSetName)) {
    throw new AwsError('AlreadyExistsException', `ChangeSet [${changeSetName}] already exists`);
  }
  const outcome = planned(stacks, stack, () => stacks.running.plan(stack, deployment), type, settings);
  if (before === undefined) {
    store.put(stack);
    store.enter(stack.stackId, 'REVIEW_IN_PROGRESS', 'User Initiated');
  }
  const changeSetId = store.newId('changeSet', changeSetName);
  store.putChangeSet({
    changeSetName,
    changeSetId,
    stackId: stack.stackId,
    type,
    createdAtMs: store.clock.now(),
    deployment,
    settings,
    ...outcome,
    ...optional('description', input.optionalText('Description')),
    ...optional('onStackFailure', onStackFailure === '' ? undefined : onStackFailure),
  });
  return { Id: changeSetId, StackId: stack.stackId };
}

function changeSetNameOf(input: Members): string {
  const name = input.text('ChangeSetName');
  if (CHANGE_SET_NAME.test(name)) return name;
  throw validationError(
    `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
  );
}

function reviewedStack(input: Members, { store }: Stacks, changeSetName: string): StackRecord | undefined {
  const record = store.find(newStackName(input));
  if (record === undefined || record.status === 'REVIEW_IN_PROGRESS') return record;
  throw validationError(
    `Stack [${record.stackName}] already exists and cannot be created again with the changeSet [${changeSetName}].`,
  );
}

function updatedStack(input: Members, { store }: Stacks): StackRecord {
  const record = existingStack(input, store);
  assertUpdatable(record);
  return record;
}

type Outcome = Pick<ChangeSetRecord, 'status' | 'statusReason' | 'executionStatus' | 'changes'>;

/** A template that can't be run fails the change set, not the call. */
function planned(
  stacks: Stacks,
  stack: StackRecord,
  read: () => Plan,
  type: ChangeSetType,
  settings: ChangeSetRecord['settings'],
): Outcome {
  let plan: Plan;
  try {
    plan = read();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return failed(error.message);
  }
  assertAcknowledged(plan.template, settings);
  if (type === 'UPDATE' && !isDifferent(stacks, stack, plan, settings)) return failed(NO_CHANGES);
  const changes = changesBetween(stacks.running.resourcesOf(stack.stackId), plan.resources);
  return { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE', changes };
}

const failed = (statusReason: string): Outcome => ({
  status: 'FAILED',
  statusReason,
  executionStatus: 'UNAVAILABLE',
  changes: [],
});

/** DescribeChangeSet. */
export async function describeChangeSet(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['ChangeSetName', 'IncludePropertyValues', 'NextToken', 'StackName']);
  const changeSet = foundChangeSet(input, stacks.store);
  const { settings, deployment } = changeSet;
  const page = pageOf(changeSet.changes, input);
  return {
    ...summaryOf(changeSet, stacks.store.get(changeSet.stackId)),
    Parameters: parametersOf(deployment),
    NotificationARNs: settings.notificationArns,
    RollbackConfiguration: {},
    Capabilities: settings.capabilities,
    Tags: tagsOf(settings.tags),
    Changes: page.items.map((change) => ({ Type: 'Resource', ResourceChange: changeShape(change) })),
    OnStackFailure: changeSet.onStackFailure,
    ...page.next,
  };
}

function summaryOf(changeSet: ChangeSetRecord, { stackName }: StackRecord): XmlMembers {
  return {
    ChangeSetName: changeSet.changeSetName,
    ChangeSetId: changeSet.changeSetId,
    StackId: changeSet.stackId,
    StackName: stackName,
    Description: changeSet.description,
    CreationTime: new Date(changeSet.createdAtMs),
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    IncludeNestedStacks: false,
  };
}

function changeShape(change: ResourceChange): XmlMembers {
  const requiresRecreation = change.replacement === 'True' ? 'Always' : 'Never';
  return {
    PolicyAction: change.policyAction,
    Action: change.action,
    LogicalResourceId: change.logicalId,
    PhysicalResourceId: change.physicalId,
    ResourceType: change.type,
    Replacement: change.replacement,
    Scope: change.properties.length > 0 ? ['Properties'] : [],
    Details: change.properties.map((name) => ({
      Target: { Attribute: 'Properties', Name: name, RequiresRecreation: requiresRecreation },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    })),
  };
}

/** ExecuteChangeSet. */
export async function executeChangeSet(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['ChangeSetName', 'ClientRequestToken', 'DisableRollback', 'StackName']);
  const { store } = stacks;
  const changeSet = foundChangeSet(input, store);
  const { stackId, changeSetId, deployment, settings, type } = changeSet;
  if (changeSet.executionStatus !== 'AVAILABLE') {
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${changeSetId}] cannot be executed in its current status of [${changeSet.status}] and execution status of [${changeSet.executionStatus}]`,
    );
  }
  const record = store.get(stackId);
  if (type === 'UPDATE') assertUpdatable(record);
  store.putChangeSet({ ...changeSet, executionStatus: 'EXECUTE_COMPLETE' });
  for (const other of store.changeSets(stackId)) {
    if (other.changeSetId !== changeSetId) store.putChangeSet({ ...other, executionStatus: 'OBSOLETE' });
  }
  const disabled = input.optionalFlag('DisableRollback') === true;
  const onFailure = disabled ? 'DO_NOTHING' : (changeSet.onStackFailure ?? 'ROLLBACK');
  store.change(stackId, { ...settings, changeSetId });
  if (type === 'CREATE') stacks.create(stackId, deployment, onFailure);
  else stacks.update(stackId, deployment, settings, onFailure);
  return {};
}

/** DeleteChangeSet. One that is not there is no error, but the stack has to be. */
export async function deleteChangeSet(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['ChangeSetName', 'StackName']);
  const changeSet = findChangeSet(input, stacks.store);
  if (changeSet !== undefined) stacks.store.removeChangeSet(changeSet.changeSetId);
  return {};
}
