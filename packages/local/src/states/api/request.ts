import { AwsError } from '../../aws.ts';
import { isTooDeepJson } from '../../protocol/json.ts';
import { exceedsPayloadQuota, type JsonDocument, type JsonObject, MAX_PAYLOAD_BYTES } from '../json.ts';
import { isName } from '../names.ts';

/** The limits of a string member in the API's model. */
interface TextLimits {
  readonly min?: number;
  readonly max: number;
}

/** The limits of a number member. */
interface NumberLimits {
  readonly min: number;
  readonly max?: number;
  readonly isInteger?: boolean;
}

const MAX_ARN_LENGTH = 256;
const MAX_NAME_LENGTH = 80;
const MAX_MAP_RUN_ARN_LENGTH = 2_000;

/** A string member that may be absent. Throws `ValidationException`. */
export function optionalText(
  request: JsonObject,
  member: string,
  { min = 0, max }: TextLimits,
): string | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(member, 'Member must be a string');
  if (value.length > max) throw invalid(member, `Member must have length less than or equal to ${max}`);
  if (value.length < min) throw invalid(member, `Member must have length greater than or equal to ${min}`);
  return value;
}

/** Whether a member is there. */
export function isGiven(request: JsonObject, member: string): boolean {
  const value = request[member];
  return value !== undefined && value !== null;
}

/** The `mapRunArn`. Throws `ValidationException` when there is none. */
export function requiredMapRunArn(request: JsonObject): string {
  return requiredArn(request, 'mapRunArn', MAX_MAP_RUN_ARN_LENGTH);
}

/** The ARN in `member`. Throws `ValidationException` when there is none. */
export function requiredArn(request: JsonObject, member: string, max = MAX_ARN_LENGTH): string {
  const arn = optionalText(request, member, { min: 1, max });
  if (arn === undefined) throw invalid(member, 'Member must not be null');
  return arn;
}

/** A number that may be absent. Throws `ValidationException`. */
export function optionalNumber(
  request: JsonObject,
  member: string,
  { min, max = Number.MAX_SAFE_INTEGER, isInteger = false }: NumberLimits,
): number | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || (isInteger && !Number.isInteger(value))) {
    throw invalid(member, `Member must be ${isInteger ? 'an integer' : 'a number'}`);
  }
  if (value < min) throw invalid(member, `Member must have value greater than or equal to ${min}`);
  if (value > max) throw invalid(member, `Member must have value less than or equal to ${max}`);
  return value;
}

/** A boolean member with a default. Throws `ValidationException`. */
export function booleanOr(request: JsonObject, member: string, otherwise: boolean): boolean {
  const value = request[member];
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'boolean') throw invalid(member, 'Member must be a boolean');
  return value;
}

/** A member that is one of `values`, or absent. Throws `ValidationException`. */
export function optionalEnum<T extends string>(
  request: JsonObject,
  member: string,
  values: readonly T[],
): T | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  const known = values.find((candidate) => candidate === value);
  if (known === undefined)
    throw invalid(member, `Member must satisfy enum value set: [${values.join(', ')}]`);
  return known;
}

/** The name of an execution, or undefined for a generated one. Throws `InvalidName`. */
export function executionName(request: JsonObject): string | undefined {
  const { name } = request;
  if (name === undefined || name === null) return undefined;
  if (typeof name !== 'string' || !isName(name, MAX_NAME_LENGTH)) {
    throw new AwsError(
      'InvalidName',
      `Invalid Name: ${typeof name === 'string' ? `'${name}'` : JSON.stringify(name)}`,
    );
  }
  return name;
}

/** The input of an execution; an empty object when absent. Throws `InvalidExecutionInput`, `ValidationException`. */
export function executionInput(request: JsonObject): JsonDocument {
  const { input } = request;
  if (input === undefined || input === null) return { value: {}, text: '{}' };
  if (typeof input !== 'string') throw invalid('input', 'Member must be a string');
  if (exceedsPayloadQuota(input)) {
    throw invalid('input', `Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`);
  }
  if (isTooDeepJson(input)) throw invalidInput('It is nested too deeply.');
  try {
    return { value: JSON.parse(input), text: input };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'Invalid execution input.';
    throw invalidInput(reason);
  }
}

function invalidInput(reason: string): AwsError {
  return new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
}

/** The error of a member that breaks the API's model. */
export function invalid(member: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
