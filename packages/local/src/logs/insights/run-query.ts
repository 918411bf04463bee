import { setImmediate as nextTurn } from 'node:timers/promises';
import { withinTime } from '../../bounded-regex.ts';
import { compileExpression } from './compile-expression.ts';
import { compileRegex, groupNames, parsedNames } from './fields-of.ts';
import { compareValues, isTrue, textOf } from './functions.ts';
import { EventRow, type QueryEvent, type Row } from './rows.ts';
import { type Stats, startStats } from './stats.ts';
import type { Command, DedupCommand, ParseCommand, Query, SortCommand, StatsCommand } from './syntax.ts';

/** What is found in a text, by name; nothing where the pattern does not match. */
type Extractor = (text: string) => readonly (readonly [name: string, found: string | undefined])[];

/**
 * Compiles `parse`: sets what it extracts on a row; nothing where the pattern does not match. What it gives throws
 * `RegexTimeoutError`.
 */
export function compileExtraction({ source, pattern, names }: ParseCommand): (row: Row) => void {
  const extract =
    pattern.type === 'regex'
      ? byRegex(compileRegex(pattern), groupNames(pattern))
      : byGlob(pattern.value, names);
  return (row) => {
    const value = row.get(source.name);
    if (value === undefined) return;
    for (const [name, found] of extract(textOf(value))) if (found !== undefined) row.set(name, found);
  };
}

function byRegex(regex: RegExp, names: readonly string[]): Extractor {
  return (text) => {
    const match = withinTime(regex, text, () => regex.exec(text));
    return match === null ? [] : names.map((name) => [name, match.groups?.[name]]);
  };
}

/** A star takes as little as it can, the last one of a glob all that is left. */
function byGlob(glob: string, names: readonly string[]): Extractor {
  const [first = '', ...others] = glob.split('*');
  return (text) => {
    const found: string[] = [];
    let position = text.indexOf(first);
    if (position === -1) return [];
    position += first.length;
    for (const [index, part] of others.entries()) {
      const isAllThatIsLeft = part === '' && index === others.length - 1;
      const end = isAllThatIsLeft ? text.length : text.indexOf(part, position);
      if (end === -1) return [];
      found.push(text.slice(position, end));
      position = end + part.length;
    }
    return names.map((name, index) => [name, found[index]]);
  };
}

export interface ResultField {
  readonly field: string;
  readonly value: string;
}

export interface QueryResult {
  /** A row has the fields that have a value, and `@ptr` where it is an event. */
  readonly rows: readonly (readonly ResultField[])[];
  readonly statistics: QueryStatistics;
}

export interface QueryStatistics {
  readonly recordsMatched: number;
  readonly recordsScanned: number;
  readonly bytesScanned: number;
}

export interface QueryRun {
  /** When the query began: what `now()` says. */
  readonly nowMs: number;
  /** For a query without `limit`. */
  readonly defaultLimit: number;
  readonly signal: AbortSignal;
}

/** After so long everything else in the process gets its turn: what an event takes is up to the query. */
const TURN_MS = 20;

/**
 * Runs a query over events. Rejects with the reason of `signal` when that aborts.
 * Source: CloudWatch Logs user guide, the pages of the commands.
 */
export async function runQuery(
  query: Query,
  events: readonly QueryEvent[],
  run: QueryRun,
): Promise<QueryResult> {
  const firstStats = query.findIndex(({ type }) => type === 'stats');
  const perEvent = firstStats === -1 ? query.filter(isPerRow) : query.slice(0, firstStats);
  const passes = compileSteps(perEvent, run.nowMs);
  const statsCommand = query[firstStats];
  const stats = statsCommand?.type === 'stats' ? startStats(statsCommand, run.nowMs) : undefined;

  const matched: Row[] = [];
  let recordsMatched = 0;
  let bytesScanned = 0;
  let turnEndsAt = 0;
  for (const event of events) {
    if (performance.now() >= turnEndsAt) {
      await nextTurn();
      turnEndsAt = performance.now() + TURN_MS;
    }
    run.signal.throwIfAborted();
    bytesScanned += Buffer.byteLength(event.message);
    const row = new EventRow(event);
    if (!passes(row)) continue;
    recordsMatched += 1;
    if (stats === undefined) matched.push(row);
    else stats.add(row);
  }

  const rest =
    stats === undefined ? query.filter((command) => !isPerRow(command)) : query.slice(firstStats + 1);
  const rows = arrange(stats === undefined ? newestFirst(matched) : stats.rows(), rest, run);
  return {
    rows: show(query, rows),
    statistics: { recordsMatched, recordsScanned: events.length, bytesScanned },
  };
}

/** Whether a command looks at each row by itself. */
function isPerRow({ type }: Command): boolean {
  return type === 'fields' || type === 'filter' || type === 'parse';
}

function newestFirst(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((one, other) => other.timestampMs - one.timestampMs);
}

/** Carries commands out on a row; false when a filter drops it. */
function compileSteps(commands: readonly Command[], nowMs: number): (row: Row) => boolean {
  const steps = commands.map((command) => compileStep(command, nowMs));
  return (row) => steps.every((step) => step(row));
}

function compileStep(command: Command, nowMs: number): (row: Row) => boolean {
  switch (command.type) {
    case 'filter': {
      const condition = compileExpression(command.condition, { nowMs });
      return (row) => isTrue(condition(row));
    }
    case 'parse': {
      const extract = compileExtraction(command);
      return (row) => {
        extract(row);
        return true;
      };
    }
    case 'fields':
      return compileFields(command, nowMs);
    default:
      return () => true;
  }
}

function compileFields({ items }: Extract<Command, { type: 'fields' }>, nowMs: number) {
  const made = items
    .filter(({ value, name }) => value.type !== 'field' || value.name !== name)
    .map(({ value, name }) => ({ name, evaluate: compileExpression(value, { nowMs }) }));
  return (row: Row): boolean => {
    for (const { name, evaluate } of made) row.set(name, evaluate(row));
    return true;
  };
}

/** Carries out what follows on the rows, in its order; nothing that the limit matters to comes after it. */
function arrange(rows: readonly Row[], commands: readonly Command[], run: QueryRun): readonly Row[] {
  let arranged = rows;
  for (const command of commands) {
    if (command.type === 'sort') arranged = sorted(arranged, command, run.nowMs);
    else if (command.type === 'dedup') arranged = withoutDuplicates(arranged, command);
    else if (command.type === 'stats') arranged = again(arranged, command, run.nowMs);
    else if (isPerRow(command)) arranged = arranged.filter(compileSteps([command], run.nowMs));
  }
  const limits = commands.filter((command) => command.type === 'limit').map(({ count }) => count);
  return arranged.slice(0, Math.min(run.defaultLimit, ...limits));
}

function again(rows: readonly Row[], command: StatsCommand, nowMs: number): readonly Row[] {
  const stats: Stats = startStats(command, nowMs);
  for (const row of rows) stats.add(row);
  return stats.rows();
}

function sorted(rows: readonly Row[], { keys }: SortCommand, nowMs: number): readonly Row[] {
  const evaluators = keys.map(({ value }) => compileExpression(value, { nowMs }));
  const keyed = rows.map((row) => ({ row, values: evaluators.map((evaluate) => evaluate(row)) }));
  keyed.sort((one, other) => {
    for (const [index, { isDescending }] of keys.entries()) {
      const order = compareValues(one.values[index], other.values[index]);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

/** The first row of each combination of values stays, and each row that lacks one of them. */
function withoutDuplicates(rows: readonly Row[], { fields }: DedupCommand): readonly Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const values = fields.map(({ name }) => row.get(name));
    if (values.includes(undefined)) return true;
    const id = JSON.stringify(values.map((value) => (value === undefined ? null : textOf(value))));
    return !seen.has(id) && seen.add(id) !== undefined;
  });
}

/** What is shown of a query that names nothing to show. */
const DEFAULT_COLUMNS: readonly string[] = ['@timestamp', '@message'];

/** The columns of a query: those of the last `display`; else all that it names to show, in its order. */
function columnsOf(query: Query): readonly string[] {
  const display = query.findLast((command) => command.type === 'display');
  if (display !== undefined) return display.names;
  const lastStats = query.findLastIndex(({ type }) => type === 'stats');
  const shown = query.slice(Math.max(0, lastStats)).flatMap(namesShown);
  const isShown = query.some(({ type }) => type === 'fields' || type === 'stats');
  return [...new Set(isShown ? shown : [...DEFAULT_COLUMNS, ...shown])];
}

function namesShown(command: Command): readonly string[] {
  switch (command.type) {
    case 'fields':
      return command.items.map(({ name }) => name);
    case 'stats':
      return [...command.by, ...command.items].map(({ name }) => name);
    case 'parse':
      return parsedNames(command);
    default:
      return [];
  }
}

function show(query: Query, rows: readonly Row[]): readonly (readonly ResultField[])[] {
  const columns = columnsOf(query).filter((column) => column !== '@ptr');
  return rows.map((row) => {
    const fields: ResultField[] = [];
    for (const field of columns) {
      const value = row.get(field);
      if (value !== undefined) fields.push({ field, value: textOf(value) });
    }
    if (row.pointer !== undefined) fields.push({ field: '@ptr', value: row.pointer });
    return fields;
  });
}
