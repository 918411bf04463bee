import { aggregates } from './aggregates.ts';
import { checkExpression } from './check-expression.ts';
import { parsedNames, stepsOf } from './fields-of.ts';
import { QueryError } from './query-error.ts';
import { compileRegex, groupNames } from './regex.ts';
import type { Command, ExpressionNode, Item, Query, RegexNode, StatsCommand } from './syntax.ts';
import { childrenOf, isAggregate } from './walk.ts';

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
