import type jsonata from 'jsonata';
import parseAsStepFunctions from 'jsonata-2.0.6';
import { compileExpression as compileJsonata, describe, expressionIn } from '../jsonata/jsonata.ts';
import { parsePath } from '../jsonpath/paths.ts';
import { referencePathProblem } from '../jsonpath/references.ts';
import { compileExpression, withoutSuffix } from '../jsonpath/templates.ts';
import { isJsonObject, type Json, type JsonObject } from '../values.ts';
import type { Findings } from './findings.ts';

/**
 * Checks every `{% … %}` in a value: that it parses, and that it names nothing that is not there.
 * `$states.errorOutput` exists in catchers only (`errorOutput`).
 */
export function validateExpressions(findings: Findings, value: unknown, errorOutput = false): void {
  if (typeof value === 'string') validateText(findings, value, errorOutput);
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) validateExpressions(findings.item(index), item, errorOutput);
  } else if (isJsonObject(value)) {
    for (const [key, entry] of Object.entries(value)) {
      if (key.endsWith('.$')) findings.at(key).add(`field '${key}' is JSONPath; write '${key.slice(0, -2)}'`);
      validateExpressions(findings.at(key), entry, errorOutput);
    }
  }
}

function validateText(findings: Findings, text: string, errorOutput: boolean): void {
  const source = expressionIn(text);
  if (source === undefined) {
    if (/^\s*\{%|%\}\s*$/.test(text)) {
      findings.add(
        `'${text}' is not an expression; it must begin with '{%' and end with '%}', with nothing around`,
      );
    }
    return;
  }
  let ast: jsonata.ExprNode;
  try {
    parseAsStepFunctions(source);
    ast = compileJsonata(source).compiled.ast();
  } catch (error) {
    findings.add(`'${source}' is not JSONata: ${describe(error)}`);
    return;
  }
  const refusal = topLevelRefusal(ast, errorOutput);
  if (refusal !== undefined) findings.add(refusal);
}

/** A node of JSONata's syntax tree, by what is read here. */
type Node = Record<string, unknown>;

/** Where expressions evaluate against the context item, of which Step Functions has none at the top. */
const TOP_LEVEL_CHILDREN = [
  'lhs',
  'rhs',
  'expression',
  'expressions',
  'arguments',
  'procedure',
  'condition',
  'then',
  'else',
  'body',
];

function topLevelRefusal(node: unknown, errorOutput: boolean): string | undefined {
  if (Array.isArray(node)) return firstOf(node, errorOutput);
  if (!isJsonObject(node)) return undefined;
  const { type, value } = node as Node;
  if (type === 'path') return pathRefusal(node as Node, errorOutput);
  if (type === 'name')
    return `reference to '${String(value)}' at the top level is not supported; use $states.input`;
  if (type === 'variable' && (value === '' || value === '$')) {
    return `reference to '$${String(value)}' at the top level is not supported; use $states.input`;
  }
  // The name of a variable that is bound is no reference.
  const children = type === 'bind' ? ['rhs'] : TOP_LEVEL_CHILDREN;
  // The parameters of a lambda are names of its own.
  const read = type === 'lambda' ? ['body'] : children;
  return firstOf(
    read.map((child) => (node as Node)[child]),
    errorOutput,
  );
}

/** Only a path's first step reads the context item; `a` and `$` alone are paths of one step. */
function pathRefusal({ steps }: Node, errorOutput: boolean): string | undefined {
  const [first, second] = Array.isArray(steps) ? (steps as Node[]) : [];
  if (
    !errorOutput &&
    first?.['type'] === 'variable' &&
    first['value'] === 'states' &&
    second?.['value'] === 'errorOutput'
  ) {
    return 'reference to $states.errorOutput is supported in the Output and Assign of a catcher only';
  }
  return topLevelRefusal(first, errorOutput);
}

function firstOf(nodes: readonly unknown[], errorOutput: boolean): string | undefined {
  for (const node of nodes) {
    const refusal = topLevelRefusal(node, errorOutput);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

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

/** The variables that the states of a container assign, but for those inside a Parallel or a Map, each with one place. */
export function assignedIn(states: JsonObject): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [stateName, state] of Object.entries(states)) {
    for (const [place, owner] of assigners(state)) {
      const { Assign } = owner;
      if (!isJsonObject(Assign)) continue;
      for (const key of Object.keys(Assign)) {
        places.set(withoutSuffix(key), `States/${stateName}${place}/Assign/${key}`);
      }
    }
  }
  return places;
}

/**
 * Refuses variables of the states around: inner scopes read them, and assign others.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope
 */
export function refuseOuterVariables(
  findings: Findings,
  assigned: ReadonlyMap<string, string>,
  outerVariables: ReadonlySet<string>,
): void {
  for (const [name, place] of assigned) {
    if (!outerVariables.has(name)) continue;
    findings.at(place).add(`the variable '${name}' belongs to the states around; give this one another name`);
  }
}

/** A state, its choice rules and its catchers, by their place in it. */
function assigners(state: Json): readonly (readonly [string, JsonObject])[] {
  if (!isJsonObject(state)) return [];
  const listed = (['Choices', 'Catch'] as const).flatMap((field) => {
    const list = state[field];
    if (!Array.isArray(list)) return [];
    return (list as readonly Json[]).flatMap((owner, index) =>
      isJsonObject(owner) ? [[`/${field}[${index}]`, owner] as const] : [],
    );
  });
  return [['', state], ...listed];
}
