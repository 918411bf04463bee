import { castTargets } from './cast.ts';
import type { FunctionDefinition } from './functions/definition.ts';
import { functions } from './functions/functions.ts';
import { RuleError } from './rule-error.ts';
import type { AllNode, CallNode, ExpressionNode, ItemNode, SelectionNode, StatementNode } from './syntax.ts';

const MAX_VARIABLES = 10;
const MAX_VARIABLE_NAME = 64;

/**
 * Checks what the grammar can't: functions and their arguments, types, variables, names of results. Throws
 * {@link RuleError} for the first thing that AWS would refuse, or that can't be run here.
 */
export function checkStatement(statement: StatementNode): void {
  const visible: string[] = [];
  for (const { name, value, at } of statement.variables) {
    checkExpression(value, visible);
    if (visible.includes(name)) throw new RuleError(`@${name} is set twice; give it one value`, at);
    if (name.length > MAX_VARIABLE_NAME) throw new RuleError(`@${name} is longer than 64 characters`, at);
    visible.push(name);
  }
  if (visible.length > MAX_VARIABLES) {
    throw new RuleError('SET has more than 10 variables; a rule may have 10', statement.variables.at(-1)?.at);
  }
  checkSelection(statement.selection, visible);
  if (statement.where !== null) checkExpression(statement.where, visible);
}

/** Checks an expression, of a statement or of a template, where the given variables are visible. */
export function checkExpression(node: ExpressionNode, variables: readonly string[]): void {
  if (node.type === 'call') checkCall(node);
  else if (node.type === 'cast') checkCast(node.target, node.at);
  else if (node.type === 'variable' && !variables.includes(node.name)) {
    throw new RuleError(`@${node.name} is not set; SET it before SELECT`, node.at);
  } else if (node.type === 'subselect') checkSelection(node.selection, variables);
  for (const child of childrenOf(node)) checkExpression(child, variables);
}

function checkSelection(selection: SelectionNode, variables: readonly string[]): void {
  if (selection.type === 'value') {
    if (selection.value.type !== 'all') checkExpression(selection.value, variables);
    return;
  }
  for (const item of selection.items) {
    if (item.type === 'all') continue;
    checkName(item);
    checkExpression(item.value, variables);
  }
}

/** AWS documents no name for the result of an expression without AS, and implementations differ. */
function checkName({ alias, value, at }: ItemNode): void {
  if (alias === null && value.type !== 'field' && value.type !== 'member') {
    throw new RuleError('the expression has no name; write expression AS name', at);
  }
}

function checkCast(target: string, at: number): void {
  if (castTargets.includes(target)) return;
  throw new RuleError(`cast to ${target} is not documented; use one of ${castTargets.join(', ')}`, at);
}

function checkCall(node: CallNode): void {
  const definition = functions.get(node.name);
  if (definition === undefined) {
    throw new RuleError(
      `${node.name} is not a function of AWS IoT SQL 2016-03-23; see the guide's list of functions`,
      node.at,
    );
  }
  if ('refused' in definition) {
    throw new RuleError(`${node.name} can't be run here: ${definition.refused}`, node.at);
  }
  checkArguments(node, definition);
}

function checkArguments({ name, args, at }: CallNode, definition: FunctionDefinition): void {
  const { fewest, most, evaluateAll, check } = definition;
  if (args.length < fewest || args.length > most) {
    const expected = fewest === most ? String(fewest) : `${fewest} to ${most}`;
    throw new RuleError(`${name} takes ${expected} arguments, not ${args.length}`, at);
  }
  const star = args.findIndex(isAll);
  if (star > 0 || (star === 0 && evaluateAll === undefined)) {
    throw new RuleError(`${name} takes no *; only encode(*, 'base64') does, name a field`, at);
  }
  const complaint = check?.(args);
  if (complaint !== undefined) throw new RuleError(`${name}: ${complaint}`, at);
}

function isAll(node: ExpressionNode | AllNode): node is AllNode {
  return node.type === 'all';
}

function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.type) {
    case 'literal':
    case 'field':
    case 'variable':
      return [];
    case 'member':
      return [node.object];
    case 'not':
    case 'negative':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'cast':
      return [node.value];
    case 'object':
      return node.entries.map(({ value }) => value);
    case 'array':
      return node.elements;
    case 'call':
      return node.args.filter((arg) => arg.type !== 'all');
    case 'case':
      return [
        node.subject,
        ...node.branches.flatMap(({ when, result }) => [when, result]),
        ...(node.otherwise === null ? [] : [node.otherwise]),
      ];
    case 'subselect':
      return node.where === null ? [node.from] : [node.from, node.where];
  }
}
