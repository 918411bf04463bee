import type { Members } from '../../protocol/members.ts';
import type { XmlMembers } from '../../protocol/query.ts';
import { defaultOf } from '../parameters.ts';
import type { Deployment, ResourceRecord, StackEvent, StackRecord, Tag } from '../stack-record.ts';
import { type ApiContext, describedStack, existingStack, pageOf, validationError } from './input.ts';

export const tagsOf = (tags: readonly Tag[]): readonly XmlMembers[] =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));

/** Parameters with what they are; those that must not be seen are not. */
export function parametersOf({ template, parameters }: Deployment): readonly XmlMembers[] {
  const declared = Object(JSON.parse(template)).Parameters ?? {};
  return Object.entries(declared).map(([key, parameter]) => ({
    ParameterKey: key,
    ParameterValue:
      String(Object(parameter).NoEcho) === 'true'
        ? '****'
        : (parameters[key] ?? defaultOf(Object(parameter))),
  }));
}

/** As DescribeStacks gives it. */
function stackShape(record: StackRecord): XmlMembers {
  const { deployed = record.pending } = record;
  return {
    StackId: record.stackId,
    StackName: record.stackName,
    ChangeSetId: record.changeSetId,
    Description: record.description,
    Parameters: deployed === undefined ? [] : parametersOf(deployed),
    CreationTime: new Date(record.createdAtMs),
    DeletionTime: dateOf(record.deletedAtMs),
    LastUpdatedTime: dateOf(record.updatedAtMs),
    RollbackConfiguration: {},
    StackStatus: record.status,
    StackStatusReason: record.statusReason,
    DisableRollback: record.onFailure === 'DO_NOTHING',
    NotificationARNs: record.notificationArns,
    Capabilities: record.capabilities,
    Outputs: record.outputs.map(({ outputKey, outputValue, description, exportName }) => ({
      OutputKey: outputKey,
      OutputValue: outputValue,
      Description: description,
      ExportName: exportName,
    })),
    RoleARN: record.roleArn,
    Tags: tagsOf(record.tags),
    EnableTerminationProtection: record.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function eventShape(event: StackEvent): XmlMembers {
  return {
    StackId: event.stackId,
    EventId: event.eventId,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.timestampMs),
    ResourceStatus: event.status,
    ResourceStatusReason: event.statusReason,
    ResourceProperties: event.properties,
  };
}

/** What is the same of a resource in all the answers that have it. */
function resourceShape(resource: ResourceRecord): XmlMembers {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

const dateOf = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

/** DescribeStacks: one, by name or id, or all that were not deleted, the newest first. */
export async function describeStacks(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['NextToken', 'StackName']);
  if (input.optionalText('StackName') !== undefined) {
    return { Stacks: [stackShape(describedStack(input, stacks.store))] };
  }
  const page = pageOf(stacks.store.live().toReversed(), input);
  return { Stacks: page.items.map(stackShape), ...page.next };
}

/** DescribeStackEvents: the newest first. */
export async function describeStackEvents(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['NextToken', 'StackName']);
  const reference = input.text('StackName');
  const record = stacks.store.find(reference);
  if (record === undefined) throw validationError(`Stack [${reference}] does not exist`);
  const page = pageOf(stacks.store.events.ofStack(record.stackId), input);
  return { StackEvents: page.items.map(eventShape), ...page.next };
}

/** DescribeStackResource. */
export async function describeStackResource(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['LogicalResourceId', 'StackName']);
  const reference = input.text('StackName');
  const logicalId = input.text('LogicalResourceId');
  const record = stacks.store.find(reference);
  if (record === undefined) throw validationError(`Stack '${reference}' does not exist`);
  const resource = record.resources[logicalId];
  if (resource === undefined) {
    throw validationError(`Resource ${logicalId} does not exist for stack ${record.stackName}`);
  }
  return {
    StackResourceDetail: {
      StackName: record.stackName,
      StackId: record.stackId,
      ...resourceShape(resource),
      LastUpdatedTimestamp: new Date(resource.timestampMs),
      Metadata: metadataOf(record, logicalId),
    },
  };
}

function metadataOf({ deployed }: StackRecord, logicalId: string): string {
  const resources = deployed === undefined ? {} : Object(JSON.parse(deployed.template)).Resources;
  return JSON.stringify(Object(resources[logicalId]).Metadata ?? {});
}

/** DescribeStackResources: of a stack, or of the stack that a physical resource belongs to. */
export async function describeStackResources(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['LogicalResourceId', 'PhysicalResourceId', 'StackName']);
  const physicalId = input.optionalText('PhysicalResourceId');
  const logicalId = input.optionalText('LogicalResourceId');
  const isNamed = input.optionalText('StackName') !== undefined;
  if (isNamed === (physicalId !== undefined)) {
    throw validationError('Exactly one of StackName and PhysicalResourceId must be specified.');
  }
  const record = isNamed
    ? describedStack(input, stacks.store)
    : stacks.store.live().find((one) => listed(one).some((resource) => resource.physicalId === physicalId));
  if (record === undefined) throw validationError(`Stack for ${physicalId} does not exist`);
  const chosen = listed(record).filter(
    (resource) => logicalId === undefined || resource.logicalId === logicalId,
  );
  return {
    StackResources: chosen.map((resource) => ({
      StackName: record.stackName,
      StackId: record.stackId,
      ...resourceShape(resource),
      Timestamp: new Date(resource.timestampMs),
    })),
  };
}

const listed = ({ resources }: StackRecord): readonly ResourceRecord[] =>
  Object.values(resources).sort((one, other) => (one.logicalId < other.logicalId ? -1 : 1));

/** ListStackResources. */
export async function listStackResources(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['NextToken', 'StackName']);
  const page = pageOf(listed(describedStack(input, stacks.store)), input);
  return {
    StackResourceSummaries: page.items.map((resource) => ({
      ...resourceShape(resource),
      LastUpdatedTimestamp: new Date(resource.timestampMs),
    })),
    ...page.next,
  };
}

/** ListExports: of all stacks, by their names. */
export async function listExports(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['NextToken']);
  const exports = stacks.store
    .live()
    .flatMap(({ stackId, outputs }) =>
      outputs.flatMap(({ exportName, outputValue }) =>
        exportName === undefined ? [] : [{ ExportingStackId: stackId, Name: exportName, Value: outputValue }],
      ),
    );
  const page = pageOf(
    exports.sort((one, other) => (one.Name < other.Name ? -1 : 1)),
    input,
  );
  return { Exports: page.items, ...page.next };
}

/** GetTemplate: as it was given; the processed one, which no transform has changed, has the same text. */
export async function getTemplate(input: Members, { stacks }: ApiContext): Promise<XmlMembers> {
  input.allow(...['ChangeSetName', 'StackName', 'TemplateStage']);
  input.optionalEnum('TemplateStage', ['Original', 'Processed']);
  const changeSetName = input.optionalText('ChangeSetName');
  const record =
    changeSetName === undefined
      ? describedStack(input, stacks.store)
      : existingStack(input, stacks.store, true);
  const deployment =
    changeSetName === undefined
      ? (record.deployed ?? record.pending)
      : stacks.store
          .changeSets(record.stackId)
          .find((one) => [one.changeSetName, one.changeSetId].includes(changeSetName))?.deployment;
  return { TemplateBody: deployment?.templateBody, StagesAvailable: ['Original', 'Processed'] };
}
