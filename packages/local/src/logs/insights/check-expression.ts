import { aggregates } from './aggregates.ts';
import { functions } from './functions.ts';
import { periodMs } from './period.ts';
import { QueryError } from './query-error.ts';
import { compileRegex } from './regex.ts';
import type { CallNode, ExpressionNode } from './syntax.ts';
import { childrenOf } from './walk.ts';

/**
 * Checks functions, their arguments and regular expressions. `mayAggregate`: whether functions of stats may stand in
 * it. Throws {@link QueryError}.
 */
export function checkExpression(node: ExpressionNode, mayAggregate = false): void {
  switch (node.type) {
    case 'call':
      checkCall(node, mayAggregate);
      return;
    case 'like':
      if (node.pattern.type === 'regex') compileRegex(node.pattern);
      break;
    case 'period':
      throw new QueryError(
        `${node.count}${node.unit} may stand in bin, datefloor and dateceil only`,
        node.at,
      );
  }
  for (const child of childrenOf(node)) checkExpression(child, mayAggregate);
}

/** Those that take a period as their last argument, after this many others. */
const rounding: Readonly<Record<string, number>> = { bin: 0, datefloor: 1, dateceil: 1 };

function checkCall(node: CallNode, mayAggregate: boolean): void {
  const name = node.name.toLowerCase();
  const before = Object.hasOwn(rounding, name) ? rounding[name] : undefined;
  if (before !== undefined) checkRounding(node, before);
  else if (aggregates.has(name)) checkAggregate(node, name, mayAggregate);
  else checkFunction(node, name, mayAggregate);
}

function checkRounding(node: CallNode, before: number): void {
  const period = node.args[before];
  if (period?.type !== 'period' || node.args.length !== before + 1) {
    const form = before === 0 ? `${node.name}(5m)` : `${node.name}(@timestamp, 5m)`;
    throw new QueryError(`${node.name} is written ${form}`, node.at);
  }
  periodMs(period);
  for (const argument of node.args.slice(0, before)) checkExpression(argument);
}

function checkAggregate(node: CallNode, name: string, mayAggregate: boolean): void {
  if (!mayAggregate) throw new QueryError(`${node.name} may stand in stats only, and not in itself`, node.at);
  checkArity(node, aggregates.get(name)?.arity);
  const [value, parameter] = node.args;
  if (parameter !== undefined) checkPercent(parameter, node.at);
  if (value === undefined || (value.type === 'everything' && name === 'count')) return;
  checkExpression(value);
  refuseEverything(node);
}

function checkPercent(parameter: ExpressionNode, at: number): void {
  const isPercent = parameter.type === 'number' && parameter.value >= 0 && parameter.value <= 100;
  if (!isPercent) throw new QueryError('the second argument of pct is a number from 0 to 100', at);
}

function checkFunction(node: CallNode, name: string, mayAggregate: boolean): void {
  const definition = functions.get(name);
  if (definition === undefined) {
    const known = [...functions.keys(), ...Object.keys(rounding), ...aggregates.keys()].join(', ');
    throw new QueryError(
      `the laptop runtime does not run the function ${node.name}; it has ${known}`,
      node.at,
    );
  }
  checkArity(node, definition.arity);
  refuseEverything(node);
  for (const argument of node.args) checkExpression(argument, mayAggregate);
}

function checkArity(node: CallNode, [min, max]: readonly [number, number] = [0, 0]): void {
  const { length } = node.args;
  if (length >= min && length <= max) return;
  const wanted = min === max ? `${min}` : `${min} to ${max}`;
  throw new QueryError(
    `${node.name} takes ${max === Infinity ? `${min} or more` : wanted} arguments, not ${length}`,
    node.at,
  );
}

function refuseEverything(node: CallNode): void {
  if (node.args.some(({ type }) => type === 'everything'))
    throw new QueryError('* may stand in count only', node.at);
}
