import { aggregates } from './aggregates.ts';
import type { CallNode, ExpressionNode } from './syntax.ts';

/** The expressions that an expression is made of, one level down. */
export function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.type) {
    case 'not':
    case 'negative':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'like':
      return [node.value];
    case 'in':
      return [node.value, ...node.options];
    case 'call':
      return node.args;
    default:
      return [];
  }
}

/** The names of the fields in an expression, in their order, each time it stands there. */
export function fieldNames(node: ExpressionNode): readonly string[] {
  if (node.type === 'field') return [node.name];
  // bin rounds the time of the event without naming it.
  const implied = node.type === 'call' && node.name.toLowerCase() === 'bin' ? ['@timestamp'] : [];
  return [...implied, ...childrenOf(node).flatMap(fieldNames)];
}

export function isAggregate(node: ExpressionNode): node is CallNode {
  return node.type === 'call' && aggregates.has(node.name.toLowerCase());
}
