import type { Json, JsonObject } from '../json.ts';
import type { Machine } from '../machine.ts';
import type { MachineRevision } from '../machine-record.ts';
import { variableReferences } from '../variable-references.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { pageOf, pageRequest } from './page.ts';
import { isChild } from './redrive.ts';
import { requiredArn } from './request.ts';

const LISTING = 'stateMachines';

/** ListStateMachines, in the order in which they were made. */
export function listStateMachines(request: JsonObject, { registry }: ApiContext): object {
  const page = pageRequest(request, LISTING);
  const rest = registry.records().filter(({ sequence }) => sequence > (page.after ?? 0));
  const { items, ...next } = pageOf(rest, page, LISTING, ({ sequence }) => sequence);
  return {
    stateMachines: items.map(({ arn, name, type, creationDateMs }) => ({
      stateMachineArn: arn,
      name,
      type,
      creationDate: epochSeconds(creationDateMs),
    })),
    ...next,
  };
}

/** DescribeStateMachine. */
export function describeStateMachine(request: JsonObject, context: ApiContext): object {
  const { record } = context.target(requiredArn(request, 'stateMachineArn'));
  const { arn, name, type, status, creationDateMs } = record;
  return {
    stateMachineArn: arn,
    name,
    ...describedRevision(record),
    status,
    type,
    creationDate: epochSeconds(creationDateMs),
  };
}

/** DescribeStateMachineForExecution. */
export function describeStateMachineForExecution(request: JsonObject, context: ApiContext): object {
  const execution = context.standardExecution(requiredArn(request, 'executionArn'));
  if (!isChild(execution)) return describedMachine(context.machineOf(execution), context);
  const { machine, mapRunArn } = execution;
  const label = machine.name.slice(machine.name.lastIndexOf('/') + 1);
  return { ...describedMachine(machine, context), mapRunArn, label };
}

function describedMachine(machine: Machine, { registry }: ApiContext): object {
  const { arn, name, roleArn, definitionText, loggingConfiguration, tracingConfiguration } = machine;
  const record = registry.record(arn);
  const revisionId = record?.definition === definitionText ? record.revisionId : undefined;
  const revision = { definition: definitionText, roleArn, loggingConfiguration, tracingConfiguration };
  return {
    stateMachineArn: arn,
    name,
    ...describedRevision({ ...revision, revisionId }),
    updateDate: epochSeconds(record?.updateDateMs ?? machine.creationDateMs),
  };
}

function describedRevision(revision: MachineRevision): object {
  const { definition, roleArn, loggingConfiguration, tracingConfiguration, revisionId } = revision;
  const references = variableReferences(JSON.parse(definition) as Json);
  return {
    definition,
    roleArn,
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    loggingConfiguration: loggingConfiguration ?? { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: tracingConfiguration ?? { enabled: false },
    ...(revisionId === undefined ? {} : { revisionId }),
    ...(Object.keys(references).length === 0 ? {} : { variableReferences: references }),
  };
}
