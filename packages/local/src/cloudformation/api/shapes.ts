import type { XmlMembers } from '../../query-protocol.ts';
import { defaultOf } from '../parameters.ts';
import type { Deployment, ResourceRecord, StackEvent, StackRecord, Tag } from '../stack-record.ts';

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
export function stackShape(record: StackRecord): XmlMembers {
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

/** As ListStacks gives it. */
export function stackSummary(record: StackRecord, templateDescription: string | undefined): XmlMembers {
  return {
    StackId: record.stackId,
    StackName: record.stackName,
    TemplateDescription: templateDescription,
    CreationTime: new Date(record.createdAtMs),
    LastUpdatedTime: dateOf(record.updatedAtMs),
    DeletionTime: dateOf(record.deletedAtMs),
    StackStatus: record.status,
    StackStatusReason: record.statusReason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

export function eventShape(event: StackEvent): XmlMembers {
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
export function resourceShape(resource: ResourceRecord): XmlMembers {
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
