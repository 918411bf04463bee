import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { expressionIn } from '../jsonata.ts';
import { withoutSuffix } from '../jsonpath/payload-template.ts';
import type { Findings } from './diagnostics.ts';
import { validateExpressions } from './validate-jsonata.ts';
import { checkExpression, checkPayload, checkReferencePath } from './validate-paths.ts';

export const QUERY_LANGUAGES = ['JSONata', 'JSONPath'];

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Fields of states in JSONPath alone. */
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

/** Fields of states in JSONata alone. */
const JSONATA_FIELDS: ReadonlySet<string> = new Set(['Arguments', 'Output', 'Items', 'Condition']);

/** Fields of a Distributed Map, which an inline one does not have. */
export const DISTRIBUTED_FIELDS: readonly string[] = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
  'ToleratedFailurePercentage',
  'ToleratedFailureCount',
];

/** The same in JSONPath. */
export const JSONPATH_DISTRIBUTED_FIELDS: readonly string[] = [
  ...DISTRIBUTED_FIELDS,
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCountPath',
];

/** Adds a finding for every field that is not `known`, with the reason where there is a better one. */
export function refuseUnknownFields(findings: Findings, owner: JsonObject, known: readonly string[]): void {
  for (const field of Object.keys(owner)) {
    if (!known.includes(field)) findings.at(field).add(unknownField(findings, field));
  }
}

function unknownField({ language }: Findings, field: string): string {
  if (language === 'JSONata' && (JSONPATH_FIELDS.has(field) || field.endsWith('.$'))) {
    return `field '${field}' belongs to JSONPath; its 'QueryLanguage' is JSONata, with 'Arguments' and 'Output'`;
  }
  if (language === 'JSONPath' && JSONATA_FIELDS.has(field)) {
    return `field '${field}' belongs to JSONata; set 'QueryLanguage' to 'JSONata', or use the fields of JSONPath`;
  }
  if (JSONPATH_DISTRIBUTED_FIELDS.includes(field)) {
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

/** The names under which fields can be given: in JSONPath, `{name}Path` refers to a value. */
export function referable({ language }: Findings, ...names: readonly string[]): readonly string[] {
  return language === 'JSONata' ? names : names.flatMap((name) => [name, `${name}Path`]);
}

/** As {@link referable}, in a payload template: in JSONPath, `{name}.$` is a path or a call. */
export function computable({ language }: Findings, ...names: readonly string[]): readonly string[] {
  return language === 'JSONata' ? names : names.flatMap((name) => [name, `${name}.$`]);
}

/** The field with what a service is given. */
export function argumentsName({ language }: Findings): 'Arguments' | 'Parameters' {
  return language === 'JSONata' ? 'Arguments' : 'Parameters';
}

/** Whether one of the names of a field has a value. */
export function isGiven(owner: JsonObject, names: readonly string[]): boolean {
  return names.some((name) => owner[name] !== undefined);
}

/** Whether the value of a field is a literal one; checks it where it is computed. Adds a finding for both at once. */
function isLiteral(findings: Findings, owner: JsonObject, name: string): boolean {
  const value = owner[name];
  if (findings.language === 'JSONata') {
    const isExpression = typeof value === 'string' && expressionIn(value) !== undefined;
    if (isExpression) validateExpressions(findings.at(name), value);
    return value !== undefined && !isExpression;
  }
  const pathName = `${name}Path`;
  checkReferencePath(findings.at(pathName), owner[pathName]);
  if (value !== undefined && owner[pathName] !== undefined) {
    findings.add(`it needs either '${name}' or '${pathName}', and not both`);
  }
  return value !== undefined;
}

/** A value that a literal must be, or that is computed, where the field is given. */
export function checkValueOf(
  findings: Findings,
  owner: JsonObject,
  name: string,
  checkLiteral: (own: Findings, value: Json | undefined) => void,
): void {
  if (isLiteral(findings, owner, name)) checkLiteral(findings.at(name), owner[name]);
}

/** An integer within bounds, literal or computed, where the field is given. */
export function checkIntegerOf(findings: Findings, owner: JsonObject, name: string, bounds: Bounds): void {
  checkValueOf(findings, owner, name, (own, value) => checkInteger(own, value, bounds));
}

/** A literal that is one of `values`, where the field is given. */
export function checkEnum(findings: Findings, value: unknown, values: readonly string[]): void {
  if (value !== undefined && !(typeof value === 'string' && values.includes(value))) {
    findings.add(`${lastField(findings)} must be one of ${values.join(', ')}`);
  }
}

/** A string that is not empty, literal or computed, in a payload template. */
export function checkTextOf(findings: Findings, owner: JsonObject, name: string): void {
  const computed = `${name}.$`;
  if (findings.language === 'JSONPath' && owner[computed] !== undefined) {
    checkExpression(findings, computed, owner[computed]);
    return;
  }
  const own = findings.at(name);
  const value = owner[name];
  if (typeof value !== 'string' || value === '') own.add(`'${name}' must be a string or an expression`);
  else if (findings.language === 'JSONata') validateExpressions(own, value);
}

/** A value with expressions anywhere in it: a payload template in JSONPath, where the field is given. */
export function checkTemplate(findings: Findings, value: Json | undefined): void {
  if (findings.language === 'JSONata') validateExpressions(findings, value);
  else checkPayload(findings, value);
}

/** `Assign`: an object of variables. */
export function checkAssign(findings: Findings, value: unknown, errorOutput = false): void {
  if (value === undefined) return;
  if (!isJsonObject(value)) {
    findings.add("'Assign' must be an object whose fields are variables");
    return;
  }
  const isJsonata = findings.language === 'JSONata';
  for (const key of Object.keys(value)) {
    const name = isJsonata ? key : withoutSuffix(key);
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(name) || name === 'states') {
      findings.at(name).add(`'${name}' can't be the name of a variable`);
    }
  }
  if (isJsonata) validateExpressions(findings, value, errorOutput);
  else checkPayload(findings, value);
}

/** The last part of a location, in quotes. */
function lastField(findings: Findings): string {
  return `'${findings.location.slice(findings.location.lastIndexOf('/') + 1)}'`;
}
