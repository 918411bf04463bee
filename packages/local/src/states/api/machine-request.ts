import { AwsError } from '../../aws.ts';
import type { LoggingConfiguration } from '../execution-log.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { Tag } from '../machine-record.ts';
import { isName } from '../names.ts';
import { booleanOr, invalid, isGiven, optionalText, requiredArn } from './request.ts';

const MAX_NAME_LENGTH = 80;
/** The longest text of a definition. */
export const MAX_DEFINITION_LENGTH = 1_048_576;
const MAX_DESCRIPTION_LENGTH = 256;
const MAX_TAGS = 50;
const MAX_TAG_KEY_LENGTH = 128;
const MAX_TAG_VALUE_LENGTH = 256;
const LEVELS: readonly unknown[] = ['ALL', 'ERROR', 'FATAL', 'OFF'];

/** The `name` of a machine or an activity. Throws `InvalidName`, `ValidationException`. */
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

/** The description of a version that is published at once. Throws `ValidationException`. */
export function versionDescriptionOf(request: JsonObject, publish: boolean): string | undefined {
  const description = optionalText(request, 'versionDescription', { max: MAX_DESCRIPTION_LENGTH });
  if (description !== undefined && !publish) {
    throw new AwsError('ValidationException', 'Version description can only be set when publish is true');
  }
  return description;
}

/** The `description` of a version or an alias. */
export function descriptionOf(request: JsonObject): string | undefined {
  return optionalText(request, 'description', { max: MAX_DESCRIPTION_LENGTH });
}

/** The `tags`; none when absent. Throws `TooManyTags`, `ValidationException`. */
export function tagsOf(request: JsonObject): readonly Tag[] {
  const { tags = [] } = request;
  if (!Array.isArray(tags)) throw invalid('tags', 'Member must be a list');
  return tags.map((tag: unknown) => {
    if (!isJsonObject(tag)) throw invalid('tags', 'Member must be a structure');
    const key = optionalText(tag, 'key', { min: 1, max: MAX_TAG_KEY_LENGTH });
    if (key === undefined) throw invalid('tags.1.member.key', 'Member must not be null');
    return { key, value: optionalText(tag, 'value', { max: MAX_TAG_VALUE_LENGTH }) ?? '' };
  });
}

/** Tags with others put over them, by key. Throws `TooManyTags`. */
export function withTags(tags: readonly Tag[], added: readonly Tag[], resourceArn: string): readonly Tag[] {
  const values = new Map([...tags, ...added].map(({ key, value }) => [key, value]));
  if (values.size > MAX_TAGS) {
    throw new AwsError('TooManyTags', `Too many tags: '${resourceArn}' would have more than ${MAX_TAGS}.`);
  }
  return [...values].map(([key, value]) => ({ key, value }));
}

function optionalObject(request: JsonObject, member: string): JsonObject | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw invalid(member, 'Member must be a structure');
  return value;
}
