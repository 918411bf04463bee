import { AwsError } from '../../aws.ts';
import type { ExecutionType } from '../definition.ts';
import type { JsonObject } from '../json.ts';
import type { Machine } from '../machine.ts';
import { validateStateMachine } from '../validation/validate-state-machine.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { pageOf, pageRequest } from './page.ts';
import { isChild } from './redrive.ts';
import { invalid, optionalEnum, optionalText, requiredArn } from './request.ts';

const MAX_DEFINITION_LENGTH = 1_048_576;

/** ListStateMachines. */
export function listStateMachines(request: JsonObject, { machines }: ApiContext): object {
  const page = pageRequest(request, 'stateMachines');
  const positioned = machines.map((machine, index) => ({ machine, index }));
  const rest = positioned.slice(page.after === undefined ? 0 : page.after + 1);
  const { items, ...next } = pageOf(rest, page, 'stateMachines', ({ index }) => index);
  return {
    stateMachines: items.map(({ machine: { arn, name, type, creationDateMs } }) => ({
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
  const machine = context.machine(requiredArn(request, 'stateMachineArn'));
  return {
    ...describedMachine(machine),
    status: 'ACTIVE',
    type: machine.type,
    creationDate: epochSeconds(machine.creationDateMs),
  };
}

/** DescribeStateMachineForExecution. */
export function describeStateMachineForExecution(request: JsonObject, context: ApiContext): object {
  const execution = context.standardExecution(requiredArn(request, 'executionArn'));
  if (!isChild(execution)) return describedVersion(context.machineOf(execution));
  const { machine, mapRunArn } = execution;
  const label = machine.name.slice(machine.name.lastIndexOf('/') + 1);
  return { ...describedVersion(machine), mapRunArn, label };
}

/** ListTagsForResource: machines of a template have no tags here. */
export function listTagsForResource(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'resourceArn');
  try {
    context.machine(arn);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'StateMachineDoesNotExist') {
      throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    }
    throw error;
  }
  return { tags: [] };
}

/** ValidateStateMachineDefinition. */
export function validateStateMachineDefinition(request: JsonObject): object {
  const text = optionalText(request, 'definition', { min: 1, max: MAX_DEFINITION_LENGTH });
  if (text === undefined) throw invalid('definition', 'Member must not be null');
  const type = optionalEnum(request, 'type', ['STANDARD', 'EXPRESS'] as const);
  const diagnostics = diagnosticsOf(text, type);
  return { result: diagnostics.length === 0 ? 'OK' : 'FAIL', diagnostics, truncated: false };
}

function diagnosticsOf(text: string, type: ExecutionType | undefined): object[] {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message }];
  }
  return validateStateMachine(definition, type).map((diagnostic) => ({ severity: 'ERROR', ...diagnostic }));
}

function describedVersion(machine: Machine): object {
  return { ...describedMachine(machine), updateDate: epochSeconds(machine.creationDateMs) };
}

function describedMachine(machine: Machine): object {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    definition: machine.definitionText,
    roleArn: machine.roleArn,
    loggingConfiguration: machine.loggingConfiguration ?? { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: machine.tracingConfiguration ?? { enabled: false },
  };
}
