import { groupNames } from './regex.ts';
import type { Command, Item, Query } from './syntax.ts';
import { fieldNames } from './walk.ts';

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
