import { Checker } from './check-expression.ts';
import { RuleError } from './rule-error.ts';
import type { ExpressionNode, StatementNode } from './syntax.ts';

const MAX_VARIABLES = 10;
const MAX_VARIABLE_NAME = 64;

/**
 * Checks what the grammar can't: functions and their arguments, types, variables, names of results. Throws
 * {@link RuleError} for the first thing that AWS would refuse, or that can't be run here.
 */
export function checkStatement(statement: StatementNode): void {
  const checker = new Checker();
  const visible: string[] = [];
  for (const { name, value, at } of statement.variables) {
    if (value.type !== 'all') checker.expression(value, visible);
    if (visible.includes(name)) throw new RuleError(`@${name} is set twice; give it one value`, at);
    if (name.length > MAX_VARIABLE_NAME) throw new RuleError(`@${name} is longer than 64 characters`, at);
    visible.push(name);
  }
  if (visible.length > MAX_VARIABLES) {
    throw new RuleError('SET has more than 10 variables; a rule may have 10', statement.variables.at(-1)?.at);
  }
  checker.selection(statement.selection, visible);
  if (statement.where !== null) checker.expression(statement.where, visible);
}

/** Checks an expression of a template, where the given variables are visible. */
export function checkExpression(node: ExpressionNode, variables: readonly string[]): void {
  new Checker().expression(node, variables);
}
