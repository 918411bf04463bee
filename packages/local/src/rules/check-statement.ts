import { type FunctionDefinition, functions } from './functions/functions.ts';
import { parseNumber } from './numbers.ts';
import { casts } from './operators.ts';
import { RuleError } from './rule-error.ts';
import type { AllNode, CallNode, ExpressionNode, ItemNode, SelectionNode, StatementNode } from './syntax.ts';

/** Checks what the grammar can't. Throws {@link RuleError} for what AWS would refuse, or that can't be run here. */
class Checker {
  expression(node: ExpressionNode, variables: readonly string[]): void {
    this.#node(node, variables);
    for (const child of childrenOf(node)) this.expression(child, variables);
  }

  selection(selection: SelectionNode, variables: readonly string[]): void {
    if (selection.type === 'value') {
      if (selection.value.type !== 'all') this.expression(selection.value, variables);
      return;
    }
    for (const item of selection.items) {
      if (item.type === 'all') continue;
      checkName(item);
      if (item.value.type !== 'all') this.expression(item.value, variables);
    }
  }

  #node(node: ExpressionNode, variables: readonly string[]): void {
    if (node.type === 'number') this.#number(node.digits, node.at);
    else if (node.type === 'cast') this.#cast(node.target, node.at);
    else if (node.type === 'call') this.#call(node);
    else if (node.type === 'subselect') this.selection(node.selection, variables);
    else if (node.type === 'variable' && !variables.includes(node.name)) {
      throw new RuleError(`@${node.name} is not set; SET it before SELECT`, node.at);
    }
  }

  #number(digits: string, at: number): void {
    if (parseNumber(digits) !== undefined) return;
    throw new RuleError(`${digits} is more than 9.999…E999, the largest number there is`, at);
  }

  #cast(target: string, at: number): void {
    const targets = Object.keys(casts);
    if (targets.includes(target)) return;
    throw new RuleError(`cast to ${target} is not documented; use one of ${targets.join(', ')}`, at);
  }

  #call(node: CallNode): void {
    const definition = functions.get(node.name);
    if (definition === undefined) {
      throw new RuleError(`${node.name} is not a function of AWS IoT SQL; see the guide's list`, node.at);
    }
    if ('refused' in definition) {
      throw new RuleError(`${node.name} can't be run here: ${definition.refused}`, node.at);
    }
    checkArguments(node, definition);
  }
}

/** AWS documents no name for the result of an expression without AS, and implementations differ. */
function checkName({ alias, value, at }: ItemNode): void {
  if (alias === null && value.type !== 'field' && value.type !== 'member') {
    const isDifference = value.type === 'binary' && value.operator === '-';
    const orKey = isDifference ? ", or get(*, 'a-b') AS name for a key with a hyphen" : '';
    throw new RuleError(`the expression has no name; write expression AS name${orKey}`, at);
  }
}

function checkArguments({ name, args, at }: CallNode, definition: FunctionDefinition): void {
  const { fewest, most, allAt, check } = definition;
  if (args.length < fewest || args.length > most) {
    const expected = fewest === most ? String(fewest) : `${fewest} to ${most}`;
    throw new RuleError(`${name} takes ${expected} arguments, not ${args.length}`, at);
  }
  if (args.some((arg, index) => isAll(arg) && index !== allAt)) {
    throw new RuleError(
      `${name} takes no * there, as encode(*, 'base64') and get(*, key) do; name a field`,
      at,
    );
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
    case 'number':
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
      return [node.from, node.where].filter((child) => child !== null && child.type !== 'all');
  }
}

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
