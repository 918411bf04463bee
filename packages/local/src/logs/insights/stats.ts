import { compileExpression, type Evaluate } from './compile-expression.ts';
import { childrenOf, isAggregate } from './fields-of.ts';
import { type Accumulator, aggregates, textOf, type Value } from './functions.ts';
import { GroupRow, type Row } from './rows.ts';
import type { CallNode, ExpressionNode, StatsCommand } from './syntax.ts';

/** The rows of a `stats` command, made while the rows before it pass by. */
export interface Stats {
  add(row: Row): void;
  /** One row a group, in the order in which the groups came up: none where there was nothing to count. */
  rows(): readonly Row[];
}

interface Group {
  readonly keys: readonly Value[];
  readonly timestampMs: number;
  readonly accumulators: readonly Accumulator[];
}

interface Columns {
  readonly keys: readonly string[];
  readonly items: readonly { readonly name: string; readonly evaluate: Evaluate }[];
}

interface Aggregation {
  readonly node: CallNode;
  readonly argument: Evaluate;
  start(): Accumulator;
}

/** Starts a `stats` command that is checked already. `nowMs` is when the query began. */
export function startStats(command: StatsCommand, nowMs: number): Stats {
  const keys = command.by.map(({ value }) => compileExpression(value, { nowMs }));
  const aggregations = command.items
    .flatMap(({ value }) => aggregateCalls(value))
    .map((node) => compileAggregation(node, nowMs));
  const columns = compileColumns(command, aggregations, nowMs);
  const groups = new Map<string, Group>();

  function groupOf(values: readonly Value[], timestampMs: number): Group {
    const id = JSON.stringify(values.map((value) => (value === undefined ? null : textOf(value))));
    let group = groups.get(id);
    if (group === undefined) {
      group = { keys: values, timestampMs, accumulators: aggregations.map(({ start }) => start()) };
      groups.set(id, group);
    }
    return group;
  }

  return {
    add(row) {
      const { accumulators } = groupOf(
        keys.map((key) => key(row)),
        row.timestampMs,
      );
      for (const [index, { argument }] of aggregations.entries()) {
        accumulators[index]?.add(argument(row), row.timestampMs);
      }
    },
    rows: () => [...groups.values()].map((group) => finish(columns, group)),
  };
}

function aggregateCalls(node: ExpressionNode): readonly CallNode[] {
  return isAggregate(node) ? [node] : childrenOf(node).flatMap(aggregateCalls);
}

function compileAggregation(node: CallNode, nowMs: number): Aggregation {
  const definition = aggregates.get(node.name.toLowerCase());
  if (definition === undefined) throw new TypeError(`there is no aggregate function ${node.name}`);
  const [value, parameter] = node.args;
  const percent = parameter?.type === 'number' ? parameter.value : 0;
  return {
    node,
    // count() and count(*) count the rows.
    argument: value === undefined ? () => 1 : compileExpression(value, { nowMs }),
    start: () => definition.start(percent),
  };
}

/** Items come to their values in their order, so that one may use those before it. */
function finish(columns: Columns, group: Group): Row {
  const row = new GroupRow(group.timestampMs, new Map());
  for (const [index, name] of columns.keys.entries()) row.set(name, group.keys[index]);
  for (const [index, accumulator] of group.accumulators.entries())
    row.set(resultName(index), accumulator.result());
  for (const { name, evaluate } of columns.items) row.set(name, evaluate(row));
  return row;
}

/** The column in which an aggregate function's result waits for the items that use it; no query can write its name. */
const resultName = (index: number): string => `\0${index}`;

function compileColumns(
  { by, items }: StatsCommand,
  aggregations: readonly Aggregation[],
  nowMs: number,
): Columns {
  const aggregate = (node: CallNode): Evaluate | undefined => {
    const index = aggregations.findIndex((aggregation) => aggregation.node === node);
    return index === -1 ? undefined : (fields) => fields.get(resultName(index));
  };
  return {
    keys: by.map(({ name }) => name),
    items: items.map(({ name, value }) => ({
      name,
      evaluate: compileExpression(value, { nowMs, aggregate }),
    })),
  };
}
