import { isJsonObject, type Json } from '../json.ts';
import { parsePath } from '../jsonpath/parse-path.ts';
import { compileExpression, withoutSuffix } from '../jsonpath/payload-template.ts';
import { referencePathProblem } from '../jsonpath/reference-path.ts';
import type { Findings } from './diagnostics.ts';

/** A path, where the field is given. */
export function checkPath(findings: Findings, value: unknown): void {
  if (value === undefined) return;
  const problem = problemOf(value, (text) => void parsePath(text));
  if (problem !== undefined) findings.tell(`Value must be a valid JSONPath: ${problem}`);
}

/** A path to a single node, where the field is given. */
export function checkReferencePath(findings: Findings, value: unknown): void {
  if (value === undefined) return;
  const problem = problemOf(value, (text) => {
    if (!text.startsWith('$')) throw new SyntaxError("Reference path didn't start with '$'");
    const reason = referencePathProblem(parsePath(text));
    if (reason !== undefined) throw new SyntaxError(reason);
  });
  if (problem !== undefined) findings.tell(`Value is not a Reference Path: ${problem}`);
}

/** As {@link checkReferencePath}, of a field that does not reach the context object. */
export function checkDataReference(findings: Findings, value: unknown): void {
  if (typeof value === 'string' && value.startsWith('$$')) {
    findings.tell('Value is not a Reference Path: the context object is not allowed in it');
  } else checkReferencePath(findings, value);
}

/** `ResultPath`: a reference path into the state's data, or null. */
export function checkResultPath(findings: Findings, value: unknown): void {
  if (value === null) return;
  checkReferencePath(findings, value);
  if (typeof value === 'string' && !/^\$(?:$|[.[])/.test(value)) {
    findings.add("it must point into the state's data, and neither to the context object nor to a variable");
  }
}

/** A path or the call of an intrinsic function. */
export function checkExpression(findings: Findings, name: string, value: unknown): void {
  const problem = problemOf(value, (text) => void compileExpression(text, name));
  if (problem === undefined) return;
  findings.tell(
    `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call: ${problem}`,
  );
}

/** A payload template, where the field is given: an object whose fields `{name}.$` have a path or a call as their value. */
export function checkPayload(findings: Findings, template: unknown): void {
  if (template === undefined) return;
  if (isJsonObject(template)) checkMembers(findings, template);
  else findings.add('it must be an object');
}

function checkMembers(findings: Findings, value: Json): void {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) checkMembers(findings, item);
  if (!isJsonObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (withoutSuffix(name) === name) checkMembers(findings, member);
    else checkExpression(findings, name, member);
  }
}

function problemOf(value: unknown, read: (text: string) => void): string | undefined {
  if (typeof value !== 'string') return 'it must be a string';
  try {
    read(value);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}
