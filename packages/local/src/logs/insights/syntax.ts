/** A query that is not one of Logs Insights, or that the laptop runtime would run otherwise than AWS. */
export class QueryError extends Error {
  /** Where in the query's text; undefined where it is about the whole. */
  readonly offset: number | undefined;

  constructor(message: string, offset?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueryError';
    this.offset = offset;
  }
}

/** The syntax tree of a Logs Insights query, as `query.peggy` makes it. `at` is an offset into the query's text. */

export interface FieldNode {
  readonly type: 'field';
  /** `@message`, `level`, `details.ids.0`. */
  readonly name: string;
  readonly at: number;
}

export interface TextNode {
  readonly type: 'text';
  readonly value: string;
}

export interface NumberNode {
  readonly type: 'number';
  readonly value: number;
}

/** `5m`: an argument of `bin`, `datefloor` and `dateceil`. */
export interface PeriodNode {
  readonly type: 'period';
  readonly count: number;
  /** As it is written: `m`, `min`, `minutes`. */
  readonly unit: string;
  readonly at: number;
}

export interface CallNode {
  readonly type: 'call';
  /** As it is written. */
  readonly name: string;
  readonly args: readonly ExpressionNode[];
  readonly at: number;
}

/** The `*` of `count(*)`. */
export interface EverythingNode {
  readonly type: 'everything';
}

export interface NotNode {
  readonly type: 'not';
  readonly operand: ExpressionNode;
  readonly at: number;
}

export interface NegativeNode {
  readonly type: 'negative';
  readonly operand: ExpressionNode;
  readonly at: number;
}

export type BinaryOperator =
  | 'or'
  | 'and'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^';

export interface BinaryNode {
  readonly type: 'binary';
  readonly operator: BinaryOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
  readonly at: number;
}

export interface RegexNode {
  readonly type: 'regex';
  /** What stands between the slashes. */
  readonly source: string;
  readonly at: number;
}

/** `like` or `=~`: whether a regular expression matches somewhere, or a text is contained. */
export interface LikeNode {
  readonly type: 'like';
  readonly value: ExpressionNode;
  readonly pattern: TextNode | RegexNode;
  readonly at: number;
}

export interface InNode {
  readonly type: 'in';
  readonly value: ExpressionNode;
  readonly options: readonly ExpressionNode[];
  readonly at: number;
}

export type ExpressionNode =
  | FieldNode
  | TextNode
  | NumberNode
  | PeriodNode
  | CallNode
  | EverythingNode
  | NotNode
  | NegativeNode
  | BinaryNode
  | LikeNode
  | InNode;

/** An expression with the name of what it makes: its alias, or its own text. */
export interface Item {
  readonly value: ExpressionNode;
  readonly name: string;
  readonly at: number;
}

export interface FieldsCommand {
  readonly type: 'fields';
  readonly items: readonly Item[];
  readonly at: number;
}

export interface DisplayCommand {
  readonly type: 'display';
  readonly names: readonly string[];
  readonly at: number;
}

export interface FilterCommand {
  readonly type: 'filter';
  readonly condition: ExpressionNode;
  readonly at: number;
}

export interface ParseCommand {
  readonly type: 'parse';
  readonly source: FieldNode;
  /** A glob, or a regular expression with named groups. */
  readonly pattern: TextNode | RegexNode;
  /** What the stars of a glob are called; none with a regular expression. */
  readonly names: readonly string[];
  readonly at: number;
}

export interface StatsCommand {
  readonly type: 'stats';
  readonly items: readonly Item[];
  readonly by: readonly Item[];
  readonly at: number;
}

export interface SortCommand {
  readonly type: 'sort';
  readonly keys: readonly { readonly value: ExpressionNode; readonly isDescending: boolean }[];
  readonly at: number;
}

export interface LimitCommand {
  readonly type: 'limit';
  readonly count: number;
  readonly at: number;
}

export interface DedupCommand {
  readonly type: 'dedup';
  readonly fields: readonly FieldNode[];
  readonly at: number;
}

export type Command =
  | FieldsCommand
  | DisplayCommand
  | FilterCommand
  | ParseCommand
  | StatsCommand
  | SortCommand
  | LimitCommand
  | DedupCommand;

export type Query = readonly Command[];

const MS = 1;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The units of `bin` that are the same length everywhere. Source: CloudWatch Logs user guide, "stats". */
const units: Readonly<Record<string, number>> = {
  millisecond: MS,
  ms: MS,
  msec: MS,
  second: SECOND,
  s: SECOND,
  sec: SECOND,
  minute: MINUTE,
  m: MINUTE,
  min: MINUTE,
  hour: HOUR,
  h: HOUR,
  hr: HOUR,
  day: DAY,
  d: DAY,
};

/** The length of `5m` in milliseconds. Throws {@link QueryError} for a unit that it does not know. */
export function periodMs({ count, unit, at }: PeriodNode): number {
  const singular = unit.length > 2 && unit.endsWith('s') && unit !== 'ms' ? unit.slice(0, -1) : unit;
  const unitMs = Object.hasOwn(units, singular) ? units[singular] : undefined;
  if (unitMs === undefined) {
    throw new QueryError(`the laptop runtime does not know the unit ${unit}; write ms, s, m, h or d`, at);
  }
  if (count < 1) throw new QueryError('a period is 1 at least', at);
  return count * unitMs;
}
