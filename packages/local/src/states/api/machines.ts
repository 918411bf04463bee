import type { Members } from '../../protocol/members.ts';
import type { Machine } from '../machine.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { isChild } from './redrive.ts';
import { pageOf, pageRequest, requiredArn } from './request.ts';

const LISTING = 'stateMachines';

/** ListStateMachines, in the order in which they were made. */
export function listStateMachines(request: Members, { registry }: ApiContext): object {
  const page = pageRequest(request, LISTING);
  const rest = registry.list().filter(({ record }) => record.sequence > (page.after ?? 0));
  const { items, ...next } = pageOf(rest, page, LISTING, ({ record }) => record.sequence);
  return {
    stateMachines: items.map(({ machine: { arn, name, type }, record }) => ({
      stateMachineArn: arn,
      name,
      type,
      creationDate: epochSeconds(record.creationDateMs),
    })),
    ...next,
  };
}

/** DescribeStateMachine. */
export function describeStateMachine(request: Members, context: ApiContext): object {
  const { machine, record } = context.target(requiredArn(request, 'stateMachineArn'));
  return {
    ...described(machine),
    status: context.registry.isRemoving(machine.arn) ? 'DELETING' : 'ACTIVE',
    type: machine.type,
    creationDate: epochSeconds(record.creationDateMs),
  };
}

/** DescribeStateMachineForExecution: the definition that it was started with. */
export function describeStateMachineForExecution(request: Members, context: ApiContext): object {
  const execution = context.standardExecution(requiredArn(request, 'executionArn'));
  const machine = isChild(execution) ? execution.machine : context.machineOf(execution);
  const { arn, name, creationDateMs } = machine;
  return {
    ...described(machine),
    updateDate: epochSeconds(context.registry.record(arn)?.updateDateMs ?? creationDateMs),
    ...(isChild(execution)
      ? { mapRunArn: execution.mapRunArn, label: name.slice(name.lastIndexOf('/') + 1) }
      : {}),
  };
}

function described(machine: Machine): object {
  const { arn, name, definitionText, roleArn, loggingConfiguration, tracingConfiguration } = machine;
  return {
    stateMachineArn: arn,
    name,
    definition: definitionText,
    roleArn,
    loggingConfiguration: loggingConfiguration ?? { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: tracingConfiguration ?? { enabled: false },
  };
}
