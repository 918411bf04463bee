import { isJsonObject, type JsonObject } from '../json.ts';
import { expressionIn } from '../jsonata.ts';
import type { Findings } from './diagnostics.ts';
import { validateExpressions } from './validate-jsonata.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Fields of JSONPath states, and what takes their place. */
const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'Result',
  'ItemsPath',
  'MaxConcurrencyPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
  'Variable',
]);

/** Fields of a Distributed Map, which an inline one does not have. */
export const DISTRIBUTED_FIELDS: readonly string[] = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
  'ToleratedFailurePercentage',
  'ToleratedFailureCount',
];

/** Adds a finding for every field that is not `known`, with the reason where there is a better one. */
export function refuseUnknownFields(findings: Findings, owner: JsonObject, known: readonly string[]): void {
  for (const field of Object.keys(owner)) {
    if (!known.includes(field)) findings.at(field).add(unknownField(field));
  }
}

function unknownField(field: string): string {
  if (JSONPATH_FIELDS.has(field) || field.endsWith('.$')) {
    return `field '${field}' belongs to JSONPath; this runtime runs JSONata, with 'Arguments' and 'Output'`;
  }
  if (DISTRIBUTED_FIELDS.includes(field)) {
    return `field '${field}' belongs to Distributed Map; set 'Mode' to 'DISTRIBUTED' in the 'ProcessorConfig'`;
  }
  if (field === 'Credentials') return "field 'Credentials' is not run here; there are no roles to assume";
  return `field '${field}' is unknown or not run here`;
}

/** An object that has `known` fields alone; when it has others, it is one all the same. */
export function checkObject(
  findings: Findings,
  value: unknown,
  known: readonly string[],
): value is JsonObject {
  if (!isJsonObject(value)) {
    findings.add(`${lastField(findings)} must be an object`);
    return false;
  }
  refuseUnknownFields(findings, value, known);
  return true;
}

/** A literal string, where the field is given. */
export function checkString(findings: Findings, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') findings.add('it must be a string');
}

/** A literal integer within bounds. */
export function checkInteger(findings: Findings, value: unknown, { min, max }: Bounds): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    findings.add(`${lastField(findings)} must be an integer from ${min} to ${max}`);
  }
}

/** A literal integer within bounds, or an expression. */
export function checkIntegerOrExpression(findings: Findings, value: unknown, bounds: Bounds): void {
  if (typeof value === 'string' && expressionIn(value) !== undefined) validateExpressions(findings, value);
  else checkInteger(findings, value, bounds);
}

/** A literal that is one of `values`, where the field is given. */
export function checkEnum(findings: Findings, value: unknown, values: readonly string[]): void {
  if (value !== undefined && !(typeof value === 'string' && values.includes(value))) {
    findings.add(`${lastField(findings)} must be one of ${values.join(', ')}`);
  }
}

/** A literal string that is not empty, or an expression. */
export function checkTextOrExpression(findings: Findings, value: unknown): void {
  if (typeof value !== 'string' || value === '') {
    findings.add(`${lastField(findings)} must be a string or an expression`);
  } else validateExpressions(findings, value);
}

/** `Assign`: an object of variables. */
export function checkAssign(findings: Findings, value: unknown, errorOutput = false): void {
  if (value === undefined) return;
  if (!isJsonObject(value)) {
    findings.add("'Assign' must be an object whose fields are variables");
    return;
  }
  for (const name of Object.keys(value)) {
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(name) || name === 'states') {
      findings.at(name).add(`'${name}' can't be the name of a variable`);
    }
  }
  validateExpressions(findings, value, errorOutput);
}

/** The last part of a location, in quotes. */
function lastField(findings: Findings): string {
  return `'${findings.location.slice(findings.location.lastIndexOf('/') + 1)}'`;
}
