import type jsonata from 'jsonata';
import parseAsStepFunctions from 'jsonata-2.0.6';
import { isJsonObject } from '../json.ts';
import { compileExpression, describe, expressionIn } from '../jsonata.ts';
import type { Findings } from './diagnostics.ts';

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
        'INVALID_JSONATA_EXPRESSION',
      );
    }
    return;
  }
  let ast: jsonata.ExprNode;
  try {
    parseAsStepFunctions(source);
    ast = compileExpression(source).compiled.ast();
  } catch (error) {
    findings.add(`'${source}' is not JSONata: ${describe(error)}`, 'INVALID_JSONATA_EXPRESSION');
    return;
  }
  const refusal = topLevelRefusal(ast, errorOutput);
  if (refusal !== undefined) findings.add(refusal, 'UNSUPPORTED_JSONATA_EXPRESSION');
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
