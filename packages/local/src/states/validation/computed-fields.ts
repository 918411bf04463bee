import { expressionIn } from '../jsonata/jsonata.ts';
import type { Json, JsonObject } from '../values.ts';
import { checkDataReference, checkExpression, checkPayload, validateExpressions } from './expressions.ts';
import { type Bounds, checkInteger } from './fields.ts';
import type { Findings } from './findings.ts';

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

/** Whether the value of a field is a literal one; checks it where it is computed. */
function isLiteral(findings: Findings, owner: JsonObject, name: string): boolean {
  const value = owner[name];
  if (findings.language === 'JSONata') {
    const isExpression = typeof value === 'string' && expressionIn(value) !== undefined;
    if (isExpression) validateExpressions(findings.at(name), value);
    return value !== undefined && !isExpression;
  }
  const pathName = `${name}Path`;
  checkDataReference(findings.at(pathName), owner[pathName]);
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
  findings.atMostOneOf(owner, referable(findings, name));
  checkValueOf(findings, owner, name, (own, value) => checkInteger(own, value, bounds));
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
