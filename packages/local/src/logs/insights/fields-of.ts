import { javaRegex } from '../../rules/functions/java-regex.ts';
import { aggregates } from './functions.ts';
import {
  type CallNode,
  type Command,
  type ExpressionNode,
  type Item,
  type Query,
  QueryError,
  type RegexNode,
} from './syntax.ts';

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

/**
 * The regular expression of a query, which may begin with `(?i)`. Never has the flag g. Throws {@link QueryError}
 * for one that AWS would not take, or that would mean something else here.
 */
export function compileRegex({ source, at }: RegexNode): RegExp {
  const ignoresCase = source.startsWith('(?i)');
  // A slash is escaped only because it would end the expression.
  const pattern = (ignoresCase ? source.slice('(?i)'.length) : source).replaceAll('\\/', '/');
  const made = javaRegex(pattern);
  switch (made.kind) {
    case 'regex':
      return ignoresCase ? new RegExp(made.regex.source, `${made.regex.flags}i`) : made.regex;
    case 'javaOnly':
      throw new QueryError(`the laptop runtime can't run ${made.construct} in a regular expression`, at);
    case 'invalid':
      throw new QueryError(`/${source}/ is not a regular expression`, at);
  }
}

/** The names of a regular expression's groups, in their order. */
export function groupNames({ source }: RegexNode): readonly string[] {
  const unescaped = source.replace(/\\[\s\S]/g, '');
  return [...unescaped.matchAll(/\(\?<([A-Za-z]\w*)>/g)].map(([, name]) => name ?? '');
}

/** The fields of a query, each once, in the order in which it names them. */
export interface QueryFields {
  /** What it takes from the logs. */
  readonly read: readonly string[];
  /** What it makes itself: aliases, what `parse` extracts, the columns of `stats`. */
  readonly made: readonly string[];
}

/** Which fields a query needs the logs to have, and which it makes itself. */
export function fieldsOf(query: Query): QueryFields {
  const read = new Set<string>();
  const made = new Set<string>();
  for (const { names, makes } of query.flatMap(stepsOf)) {
    for (const name of names) if (!made.has(name)) read.add(name);
    for (const name of makes) made.add(name);
  }
  return { read: [...read], made: [...made] };
}

interface Step {
  readonly names: readonly string[];
  readonly makes: readonly string[];
}

/** What a command reads and makes, in its order: an item may use the one before it. */
export function stepsOf(command: Command): readonly Step[] {
  switch (command.type) {
    case 'fields':
      return command.items.map(stepOf);
    case 'stats':
      return [...command.by, ...command.items].map(stepOf);
    case 'parse':
      return [{ names: [command.source.name], makes: parsedNames(command) }];
    case 'filter':
      return [{ names: fieldNames(command.condition), makes: [] }];
    case 'sort':
      return [{ names: command.keys.flatMap(({ value }) => fieldNames(value)), makes: [] }];
    case 'display':
      return [{ names: command.names, makes: [] }];
    case 'dedup':
      return [{ names: command.fields.map(({ name }) => name), makes: [] }];
    case 'limit':
      return [];
  }
}

/** A field under its own name is not made. */
function stepOf({ value, name }: Item): Step {
  const isItself = value.type === 'field' && value.name === name;
  return { names: fieldNames(value), makes: isItself ? [] : [name] };
}

/** What `parse` calls what it extracts. */
export function parsedNames({ pattern, names }: Extract<Command, { type: 'parse' }>): readonly string[] {
  return pattern.type === 'regex' ? groupNames(pattern) : names;
}
