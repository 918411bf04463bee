import { AwsError } from '../../aws.ts';
import type { JsonObject } from '../json.ts';
import type { MachineRecord } from '../machine-record.ts';
import { stateMachineDeleting } from '../machine-registry.ts';
import { requireValidDefinition } from './definition-request.ts';
import { requireResourceType } from './lookup.ts';
import {
  definitionText,
  loggingOf,
  refuseVersions,
  requiredDefinition,
  requiredName,
  requireOwnedKey,
  roleArnOf,
  tracingOf,
} from './machine-request.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { invalid, isGiven, optionalEnum, requiredArn } from './request.ts';

const TYPES = ['STANDARD', 'EXPRESS'] as const;

/** CreateStateMachine. https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
export function createStateMachine(request: JsonObject, context: ApiContext): object {
  const name = requiredName(request);
  const definition = requiredDefinition(request);
  const roleArn = roleArnOf(request);
  if (roleArn === undefined) throw invalid('roleArn', 'Member must not be null');
  const type = optionalEnum(request, 'type', TYPES) ?? 'STANDARD';
  const loggingConfiguration = loggingOf(request);
  const tracingConfiguration = tracingOf(request);
  requireOwnedKey(request);
  refuseVersions(request);
  const arn = `arn:aws:states:${context.region}:${context.accountId}:stateMachine:${name}`;
  requireValidDefinition(definition, type);
  const creation = { arn, name, type, definition, roleArn, loggingConfiguration, tracingConfiguration };
  const existing = context.registry.record(arn);
  if (existing !== undefined) {
    requireSame(existing, creation);
    return created(existing);
  }
  return created(context.registry.create({ ...creation, isOfStack: false }));
}

function created({ arn, creationDateMs }: MachineRecord): object {
  return { stateMachineArn: arn, creationDate: epochSeconds(creationDateMs) };
}

/** A machine that is there already is made once more if it is the same; its role does not count. */
function requireSame(
  { arn, status, ...existing }: MachineRecord,
  creation: Pick<MachineRecord, 'type' | 'definition' | 'loggingConfiguration' | 'tracingConfiguration'>,
): void {
  if (status === 'DELETING') throw stateMachineDeleting(arn);
  const isSame =
    existing.type === creation.type &&
    existing.definition === creation.definition &&
    textOf(existing.loggingConfiguration) === textOf(creation.loggingConfiguration) &&
    textOf(existing.tracingConfiguration) === textOf(creation.tracingConfiguration);
  if (isSame) return;
  throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
}

function textOf(configuration: object | undefined): string {
  return JSON.stringify(configuration ?? {});
}

/** UpdateStateMachine: executions that run go on as they were started. */
export function updateStateMachine(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineArn');
  const { record } = context.target(arn);
  if (record.status === 'DELETING') throw stateMachineDeleting(arn);
  refuseVersions(request);
  requireChange(request);
  const definition = definitionText(request);
  const revision = {
    definition: definition ?? record.definition,
    roleArn: roleArnOf(request) ?? record.roleArn,
    loggingConfiguration: loggingOf(request) ?? record.loggingConfiguration,
    tracingConfiguration: tracingOf(request) ?? record.tracingConfiguration,
  };
  requireOwnedKey(request);
  if (definition !== undefined) requireValidDefinition(definition, record.type);
  const revised = context.registry.revise(record, revision);
  const { revisionId } = revised;
  return {
    updateDate: epochSeconds(context.clock.now()),
    ...(revisionId === undefined ? {} : { revisionId }),
  };
}

const CHANGES = [
  'definition',
  'roleArn',
  'loggingConfiguration',
  'tracingConfiguration',
  'encryptionConfiguration',
];

function requireChange(request: JsonObject): void {
  if (CHANGES.some((member) => isGiven(request, member))) return;
  throw new AwsError(
    'MissingRequiredParameter',
    'Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration or the TracingConfiguration must be specified',
  );
}

/** DeleteStateMachine: one that there is not is deleted already. */
export function deleteStateMachine(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineArn');
  requireResourceType(arn, ['stateMachine']);
  context.registry.delete(arn);
  return {};
}
