import { AwsError } from '../../aws.ts';
import { isTooDeepJson } from '../../protocol/json.ts';
import type { Members } from '../../protocol/members.ts';
import type { ExecutionType } from '../definition.ts';
import type { LoggingConfiguration } from '../execution-log.ts';
import type { Machine } from '../machine.ts';
import { type MachineRecord, type MachineRevision, stateMachineDeleting } from '../machine-registry.ts';
import type { Diagnostic } from '../validation/findings.ts';
import { validateStateMachine } from '../validation/state-machine.ts';
import { isName, type Json } from '../values.ts';
import { variableReferences } from '../variables.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { isChild } from './redrive.ts';
import { pageOf, pageRequest, requiredArn, requireResourceType } from './request.ts';

const LISTING = 'stateMachines';

/** ListStateMachines, in the order in which they were made. */
export function listStateMachines(request: Members, { registry }: ApiContext): object {
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
export function describeStateMachine(request: Members, context: ApiContext): object {
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
export function describeStateMachineForExecution(request: Members, context: ApiContext): object {
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

/** What is wrong with the text of a definition. */
export interface DefinitionDiagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: Diagnostic['code'] | 'INVALID_JSON_DESCRIPTION';
  readonly message: string;
  readonly location?: string;
}

/** Checks the text of a definition; empty when all is well. */
export function definitionDiagnostics(text: string, type?: ExecutionType): readonly DefinitionDiagnostic[] {
  if (isTooDeepJson(text)) {
    const message = 'The definition is nested too deeply';
    return [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location: '/' }];
  }
  let definition: unknown;
  try {
    definition = text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message }];
  }
  return validateStateMachine(definition, type).map((diagnostic) => ({ severity: 'ERROR', ...diagnostic }));
}

/** Throws `InvalidDefinition`, with what is wrong as AWS tells it. */
export function requireValidDefinition(text: string, type: ExecutionType): void {
  const errors = definitionDiagnostics(text, type).filter(({ severity }) => severity === 'ERROR');
  if (errors.length > 0) throw invalidDefinition(errors);
}

/** The error of a definition that is not valid, as AWS tells what is wrong. */
export function invalidDefinition(errors: readonly Omit<DefinitionDiagnostic, 'severity'>[]): AwsError {
  const told = errors.map(
    ({ code, message, location }) =>
      `${code}: ${message.replace(/\.$/, '')}${location === undefined ? '' : ` at ${location}`}`,
  );
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${told.join(', ')}'`);
}

const MAX_NAME_LENGTH = 80;
/** The longest text of a definition. */
export const MAX_DEFINITION_LENGTH = 1_048_576;
const LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'] as const;

/** The `name` of a machine. Throws `InvalidName`, `ValidationException`. */
export function requiredName(request: Members): string {
  const name = request.text('name', { min: 0 });
  if (!isName(name, MAX_NAME_LENGTH)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}

/** The `roleArn`; undefined when absent. Throws `InvalidArn`. */
export function roleArnOf(request: Members): string | undefined {
  if (!request.has('roleArn')) return undefined;
  const arn = requiredArn(request, 'roleArn');
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(arn)) return arn;
  throw new AwsError('InvalidArn', `Invalid Role Arn: '${arn}'`);
}

/** The `loggingConfiguration`; undefined when absent. Throws `InvalidLoggingConfiguration`. */
export function loggingOf(request: Members): LoggingConfiguration | undefined {
  const given = request.optionalObject('loggingConfiguration');
  if (given === undefined) return undefined;
  const level = given.optionalEnum('level', LEVELS) ?? 'OFF';
  const includeExecutionData = given.optionalFlag('includeExecutionData') ?? false;
  const destinations = given.optionalObjects('destinations') ?? [];
  if (destinations.length > 1 || (level !== 'OFF' && destinations.length === 0)) {
    throw invalidLogging('Must specify exactly one Log Destination.');
  }
  for (const destination of destinations) requireLogGroup(destination);
  const logging = { ...given.json, level, includeExecutionData };
  return logging as LoggingConfiguration;
}

function requireLogGroup(destination: Members): void {
  const arn = destination.optionalObject('cloudWatchLogsLogGroup')?.optionalText('logGroupArn', { min: 0 });
  if (arn !== undefined && /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[^:]+:\*$/.test(arn)) return;
  throw invalidLogging('Log Destination is not a log group: its ARN has to end with :*.');
}

function invalidLogging(reason: string): AwsError {
  return new AwsError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${reason}`);
}

/** The `tracingConfiguration`; undefined when absent. */
export function tracingOf(request: Members): object | undefined {
  const given = request.optionalObject('tracingConfiguration');
  return given === undefined ? undefined : { enabled: given.optionalFlag('enabled') ?? false };
}

/** Refuses keys of the customer: there is no KMS here. Throws `InvalidEncryptionConfiguration`. */
export function requireOwnedKey(request: Members): void {
  const given = request.optionalObject('encryptionConfiguration');
  if (given === undefined || given.json['type'] === 'AWS_OWNED_KEY') return;
  throw new AwsError(
    'InvalidEncryptionConfiguration',
    "Invalid Encryption Configuration: the laptop runtime has no AWS KMS; leave it out, or use the type 'AWS_OWNED_KEY'.",
  );
}

/** Versions are not kept here. Throws `ValidationException`. */
export function refuseVersions(request: Members): void {
  if (request.optionalFlag('publish') !== true && !request.has('versionDescription')) return;
  throw new AwsError(
    'ValidationException',
    'The laptop runtime has no versions: leave out publish and versionDescription.',
  );
}

const TYPES = ['STANDARD', 'EXPRESS'] as const;

/** CreateStateMachine. https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
export function createStateMachine(request: Members, context: ApiContext): object {
  const name = requiredName(request);
  const definition = request.text('definition', { max: MAX_DEFINITION_LENGTH });
  const roleArn = roleArnOf(request);
  if (roleArn === undefined) throw request.invalid('roleArn', 'Member must not be null');
  const type = request.optionalEnum('type', TYPES) ?? 'STANDARD';
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
export function updateStateMachine(request: Members, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineArn');
  const { record } = context.target(arn);
  if (record.status === 'DELETING') throw stateMachineDeleting(arn);
  refuseVersions(request);
  requireChange(request);
  const definition = request.optionalText('definition', { max: MAX_DEFINITION_LENGTH });
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

function requireChange(request: Members): void {
  if (CHANGES.some((member) => request.has(member))) return;
  throw new AwsError(
    'MissingRequiredParameter',
    'Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration or the TracingConfiguration must be specified',
  );
}

/** DeleteStateMachine: one that there is not is deleted already. */
export function deleteStateMachine(request: Members, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineArn');
  requireResourceType(arn, ['stateMachine']);
  context.registry.delete(arn);
  return {};
}

/** The default, and the most that are told. Source: API reference, ValidateStateMachineDefinition, `maxResults`. */
const MAX_DIAGNOSTICS = 100;

/** ValidateStateMachineDefinition. */
export function validateStateMachineDefinition(request: Members): object {
  const text = request.text('definition', { min: 0, max: MAX_DEFINITION_LENGTH });
  const type = request.optionalEnum('type', ['STANDARD', 'EXPRESS'] as const);
  const level = request.optionalEnum('severity', ['ERROR', 'WARNING'] as const) ?? 'ERROR';
  const asked = request.optionalWhole('maxResults', { least: 0, most: MAX_DIAGNOSTICS }) ?? 0;
  const most = asked === 0 ? MAX_DIAGNOSTICS : asked;
  const found = definitionDiagnostics(text, type);
  const told = level === 'WARNING' ? found : found.filter(({ severity }) => severity === 'ERROR');
  return {
    result: found.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
    diagnostics: told.slice(0, most),
    truncated: told.length > most,
  };
}
