import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { runtimeError } from '../states-error.ts';
import { type Comparison, comparisonOf, isPresentOperator } from './comparisons.ts';
import { parsePath } from './parse-path.ts';
import type { Path } from './path.ts';
import { lookUp, type PathScope } from './scope.ts';

/** Whether a choice rule holds. Throws `States.Runtime` for a path that finds nothing. */
export type Rule = (scope: PathScope) => boolean;

/**
 * Compiles a choice rule: `And`, `Or`, `Not`, or a `Variable` with a comparison. What decides first decides alone.
 * Throws `SyntaxError` for a path that is none.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
export function compileRule(rule: JsonObject): Rule {
  const { And, Or, Not } = rule;
  if (And !== undefined) {
    const rules = innerRules(And);
    return (scope) => rules.every((holds) => holds(scope));
  }
  if (Or !== undefined) {
    const rules = innerRules(Or);
    return (scope) => rules.some((holds) => holds(scope));
  }
  if (isJsonObject(Not)) {
    const holds = compileRule(Not);
    return (scope) => !holds(scope);
  }
  return compileComparison(rule);
}

function innerRules(rules: Json): readonly Rule[] {
  return Array.isArray(rules) ? (rules as readonly Json[]).filter(isJsonObject).map(compileRule) : [];
}

function compileComparison(rule: JsonObject): Rule {
  const variable = parsePath(String(rule['Variable']));
  for (const [operator, operand] of Object.entries(rule)) {
    if (operator === isPresentOperator) return (scope) => (lookUp(variable, scope) !== undefined) === operand;
    const comparison = comparisonOf(operator);
    if (comparison !== undefined) return compare(variable, comparison, operand as Json);
  }
  throw new TypeError(`The choice rule on '${variable.text}' has no comparison.`);
}

function compare(variable: Path, { isOnPath, holds }: Comparison, operand: Json): Rule {
  if (!isOnPath) return (scope) => holds(found(variable, scope), operand);
  const other = parsePath(String(operand));
  return (scope) => holds(found(variable, scope), found(other, scope));
}

function found(path: Path, scope: PathScope): Json {
  const value = lookUp(path, scope);
  if (value !== undefined) return value;
  throw runtimeError(
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  );
}
