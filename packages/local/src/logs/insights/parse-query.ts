import { loadGrammar } from '../../rules/parse-sql.ts';
import { childrenOf, compileRegex, groupNames, isAggregate, parsedNames, stepsOf } from './fields-of.ts';
import { aggregates, functions } from './functions.ts';
import {
  type CallNode,
  type Command,
  type ExpressionNode,
  type Item,
  periodMs,
  type Query,
  QueryError,
  type RegexNode,
  type StatsCommand,
} from './syntax.ts';

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

const MAX_STATS = 2;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html */
const MAX_LIMIT = 10_000;

/** What would come to something else after `limit` than before it. */
const ORDER_MATTERS: ReadonlySet<Command['type']> = new Set(['filter', 'sort', 'dedup', 'limit']);

/**
 * Checks what the grammar cannot: functions and their arguments, regular expressions, and which command may follow
 * which. Throws {@link QueryError}.
 */
export function checkQuery(query: Query): void {
  for (const [index, command] of query.entries()) {
    checkPlace(query, index, command);
    checkCommand(command);
  }
  checkAfterStats(query);
}

function checkPlace(query: Query, index: number, { type, at }: Command): void {
  const before = query.slice(0, index);
  if (type === 'stats') {
    if (before.filter((command) => command.type === 'stats').length === MAX_STATS) {
      throw new QueryError(`a query has at most ${MAX_STATS} stats commands`, at);
    }
    const early = before.find((command) => ['sort', 'limit', 'dedup', 'display'].includes(command.type));
    if (early !== undefined) throw new QueryError(`${early.type} must come after stats`, early.at);
  }
  if (ORDER_MATTERS.has(type) && before.some((command) => command.type === 'limit')) {
    throw new QueryError(`${type} must come before limit`, at);
  }
  if (type !== 'limit' && before.some((command) => command.type === 'dedup')) {
    throw new QueryError('after dedup there may be nothing but limit', at);
  }
}

function checkCommand(command: Command): void {
  switch (command.type) {
    case 'fields':
      for (const { value } of command.items) checkExpression(value);
      return;
    case 'filter':
      checkExpression(command.condition);
      return;
    case 'sort':
      for (const { value } of command.keys) checkExpression(value);
      return;
    case 'parse':
      checkParse(command);
      return;
    case 'stats':
      checkStats(command);
      return;
    case 'limit':
      checkLimit(command.count, command.at);
      return;
    case 'display':
    case 'dedup':
  }
}

function checkLimit(count: number, at: number): void {
  if (count < 1 || count > MAX_LIMIT) throw new QueryError(`limit takes 1 to ${MAX_LIMIT}`, at);
}

function checkParse(command: Extract<Command, { type: 'parse' }>): void {
  const { pattern, names, at } = command;
  if (pattern.type === 'text') {
    const stars = pattern.value.split('*').length - 1;
    if (stars === 0) throw new QueryError('the glob of parse has no *', at);
    if (stars !== names.length) {
      throw new QueryError(`the glob of parse has ${stars} * and ${names.length} names after as`, at);
    }
  } else {
    compileRegex(pattern);
    checkGroups(pattern, names);
  }
  const twice = parsedNames(command).find((name, index, all) => all.indexOf(name) !== index);
  if (twice !== undefined) throw new QueryError(`parse makes ${twice} twice`, at);
}

function checkGroups(pattern: RegexNode, names: readonly string[]): void {
  if (names.length > 0) {
    throw new QueryError(
      'the laptop runtime takes names of a regular expression from its groups: (?<name>…)',
      pattern.at,
    );
  }
  if (groupNames(pattern).length === 0) {
    throw new QueryError('the regular expression of parse has no named group (?<name>…)', pattern.at);
  }
}

function checkStats({ items, by, at }: StatsCommand): void {
  for (const { value } of by) checkExpression(value);
  const known = new Set(by.map(({ name }) => name));
  for (const item of items) {
    checkStatsItem(item, known);
    known.add(item.name);
  }
  if (!items.some(({ value }) => hasAggregate(value))) {
    throw new QueryError(`stats needs one of ${[...aggregates.keys()].join(', ')}`, at);
  }
}

function hasAggregate(node: ExpressionNode): boolean {
  return isAggregate(node) || childrenOf(node).some(hasAggregate);
}

/** Outside an aggregate function there is no event to take a field from, only what this command has made before. */
function checkStatsItem({ value, at }: Item, known: ReadonlySet<string>): void {
  const loose = (node: ExpressionNode): readonly string[] =>
    isAggregate(node)
      ? []
      : [...(node.type === 'field' ? [node.name] : []), ...childrenOf(node).flatMap(loose)];
  const unknown = loose(value).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new QueryError(`${unknown} must stand in a function such as sum, or after by`, at);
  }
  checkExpression(value, true);
}

/** After stats there are its columns and what was made since: anything else would be empty in each row. */
function checkAfterStats(query: Query): void {
  let known: Set<string> | undefined;
  for (const command of query) {
    if (known !== undefined) checkKnown(command, known);
    if (command.type === 'stats') {
      known = new Set([...command.by, ...command.items].map(({ name }) => name));
    }
  }
}

/** Adds to `known` what the command makes. */
function checkKnown(command: Command, known: Set<string>): void {
  for (const { names, makes } of stepsOf(command)) {
    const missing = names.find((name) => !known.has(name));
    if (missing !== undefined) {
      throw new QueryError(
        `there is no ${missing} after stats, which keeps nothing but its own columns`,
        command.at,
      );
    }
    for (const name of makes) known.add(name);
  }
}

const parser = await loadGrammar(new URL('./query.peggy', import.meta.url), ['Query']);

/**
 * Parses a query of CloudWatch Logs Insights and checks what does not depend on the logs. Throws {@link QueryError}
 * for what is not Logs Insights QL, and for what the laptop runtime does not run.
 */
export function parseQuery(text: string): Query {
  try {
    const query = parser.parse(text, { startRule: 'Query' }) as Query;
    checkQuery(query);
    return query;
  } catch (error) {
    if (error instanceof parser.SyntaxError) {
      throw new QueryError(error.message.replace(/\.$/, ''), error.location.start.offset, { cause: error });
    }
    if (error instanceof RangeError) {
      throw new QueryError('the query is nested too deeply; make it simpler', undefined, { cause: error });
    }
    throw error;
  }
}
