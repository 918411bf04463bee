import { AwsError } from '../../aws.ts';
import type { LoggingConfiguration } from '../execution-log.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { isName } from '../names.ts';
import { booleanOr, invalid, isGiven, optionalText, requiredArn } from './request.ts';

const MAX_NAME_LENGTH = 80;
/** The longest text of a definition. */
export const MAX_DEFINITION_LENGTH = 1_048_576;
const LEVELS: readonly unknown[] = ['ALL', 'ERROR', 'FATAL', 'OFF'];

/** The `name` of a machine. Throws `InvalidName`, `ValidationException`. */
export function requiredName(request: JsonObject): string {
  const name = optionalText(request, 'name', { max: Number.MAX_SAFE_INTEGER });
  if (name === undefined) throw invalid('name', 'Member must not be null');
  if (!isName(name, MAX_NAME_LENGTH)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}

/** The text of a definition that may be absent. */
export function definitionText(request: JsonObject): string | undefined {
  return optionalText(request, 'definition', { min: 1, max: MAX_DEFINITION_LENGTH });
}

/** The text of a definition that has to be there. */
export function requiredDefinition(request: JsonObject): string {
  const text = definitionText(request);
  if (text === undefined) throw invalid('definition', 'Member must not be null');
  return text;
}

/** The `roleArn`; undefined when absent. Throws `InvalidArn`. */
export function roleArnOf(request: JsonObject): string | undefined {
  if (!isGiven(request, 'roleArn')) return undefined;
  const arn = requiredArn(request, 'roleArn');
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(arn)) return arn;
  throw new AwsError('InvalidArn', `Invalid Role Arn: '${arn}'`);
}

/** The `loggingConfiguration`; undefined when absent. Throws `InvalidLoggingConfiguration`. */
export function loggingOf(request: JsonObject): LoggingConfiguration | undefined {
  const given = optionalObject(request, 'loggingConfiguration');
  if (given === undefined) return undefined;
  const { level = 'OFF', destinations = [] } = given;
  if (!LEVELS.includes(level)) {
    throw invalid('loggingConfiguration.level', `Member must satisfy enum value set: [${LEVELS.join(', ')}]`);
  }
  const includeExecutionData = booleanOr(given, 'includeExecutionData', false);
  if (!Array.isArray(destinations)) {
    throw invalid('loggingConfiguration.destinations', 'Member must be a list');
  }
  if (destinations.length > 1 || (level !== 'OFF' && destinations.length === 0)) {
    throw invalidLogging('Must specify exactly one Log Destination.');
  }
  for (const destination of destinations) requireLogGroup(destination);
  const logging = { ...given, level, includeExecutionData };
  return logging as LoggingConfiguration;
}

function requireLogGroup(destination: unknown): void {
  const group = isJsonObject(destination) ? destination['cloudWatchLogsLogGroup'] : undefined;
  const arn = isJsonObject(group) ? group['logGroupArn'] : undefined;
  if (typeof arn === 'string' && /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[^:]+:\*$/.test(arn))
    return;
  throw invalidLogging('Log Destination is not a log group: its ARN has to end with :*.');
}

function invalidLogging(reason: string): AwsError {
  return new AwsError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${reason}`);
}

/** The `tracingConfiguration`; undefined when absent. */
export function tracingOf(request: JsonObject): object | undefined {
  const given = optionalObject(request, 'tracingConfiguration');
  return given === undefined ? undefined : { enabled: booleanOr(given, 'enabled', false) };
}

/** Refuses keys of the customer: there is no KMS here. Throws `InvalidEncryptionConfiguration`. */
export function requireOwnedKey(request: JsonObject): void {
  const given = optionalObject(request, 'encryptionConfiguration');
  if (given === undefined || given['type'] === 'AWS_OWNED_KEY') return;
  throw new AwsError(
    'InvalidEncryptionConfiguration',
    "Invalid Encryption Configuration: the laptop runtime has no AWS KMS; leave it out, or use the type 'AWS_OWNED_KEY'.",
  );
}

/** Versions are not kept here. Throws `ValidationException`. */
export function refuseVersions(request: JsonObject): void {
  if (!booleanOr(request, 'publish', false) && !isGiven(request, 'versionDescription')) return;
  throw new AwsError(
    'ValidationException',
    'The laptop runtime has no versions: leave out publish and versionDescription.',
  );
}

function optionalObject(request: JsonObject, member: string): JsonObject | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw invalid(member, 'Member must be a structure');
  return value;
}
