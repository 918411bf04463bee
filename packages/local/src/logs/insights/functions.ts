/** A point in time, as `@timestamp` and `bin` give it: shown as a date, counted with as epoch milliseconds. */
export class Timestamp {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/**
 * What an expression comes to. Fields that are discovered in the logs are text, numbers among them: what reads as a
 * number counts as one. Truth is 1 or 0, as AWS shows it. Undefined is what is not there.
 */
export type Value = string | number | Timestamp | undefined;

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** The number that a value is or reads as. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Timestamp) return value.ms;
  return value !== undefined && NUMBER.test(value) ? Number(value) : undefined;
}

const MAX_DECIMALS = 4;

/** As a result shows it: `2026-01-02 03:04:05.678`, at most four decimals for what was computed. */
export function textOf(value: Exclude<Value, undefined>): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(Number(value.toFixed(MAX_DECIMALS)));
  return new Date(value.ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** Of a condition: 1 or 0. */
export const truthOf = (condition: boolean): Value => (condition ? 1 : 0);

export function isTrue(value: Value): boolean {
  const number = numberOf(value);
  return number !== undefined && number !== 0;
}

/**
 * The ascending order of `sort`, `sortsFirst` and `sortsLast`: what is no number before the numbers, and of that,
 * chunk by chunk, digits by their length and then their value, all else by Unicode. What is not there counts as ''.
 * Source: CloudWatch Logs user guide, "sort".
 */
export function compareValues(left: Value, right: Value): number {
  const [leftNumber, rightNumber] = [numberOf(left), numberOf(right)];
  if (leftNumber !== undefined && rightNumber !== undefined) return leftNumber - rightNumber;
  if (leftNumber !== undefined) return 1;
  if (rightNumber !== undefined) return -1;
  return compareTexts(left === undefined ? '' : textOf(left), right === undefined ? '' : textOf(right));
}

function compareTexts(left: string, right: string): number {
  const [leftChunks, rightChunks] = [chunksOf(left), chunksOf(right)];
  for (const [index, leftChunk] of leftChunks.entries()) {
    const rightChunk = rightChunks[index];
    if (rightChunk === undefined) return 1;
    const order = compareChunks(leftChunk, rightChunk);
    if (order !== 0) return order;
  }
  return leftChunks.length - rightChunks.length;
}

const chunksOf = (text: string): readonly string[] => text.match(/\d+|\D+/g) ?? [];

function compareChunks(left: string, right: string): number {
  const areNumbers = /^\d/.test(left) && /^\d/.test(right);
  if (areNumbers && left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A function of Logs Insights that takes values and gives one. */
export interface FunctionDefinition {
  /** How many arguments it takes. */
  readonly arity: readonly [min: number, max: number];
  evaluate(args: readonly Value[], nowMs: number): Value;
}

const MANY = Number.POSITIVE_INFINITY;

const present = (value: Value): value is Exclude<Value, undefined> => value !== undefined;
const text = (value: Value): string => (value === undefined ? '' : textOf(value));

/** Of one number; what is no number gives nothing. */
function numeric(calculate: (number: number) => number): FunctionDefinition {
  return {
    arity: [1, 1],
    evaluate([value]) {
      const number = numberOf(value);
      const result = number === undefined ? undefined : calculate(number);
      return Number.isFinite(result) ? result : undefined;
    },
  };
}

/** Of the numbers among its arguments: AWS's own samples write `greatest(@initDuration, 0)` for what may not be there. */
function extreme(pick: (...numbers: number[]) => number): FunctionDefinition {
  return {
    arity: [1, MANY],
    evaluate(args) {
      const numbers = args.map(numberOf).filter((number) => number !== undefined);
      return numbers.length === 0 ? undefined : pick(...numbers);
    },
  };
}

/** Of a text; what is not there gives nothing. */
function textual(
  arity: FunctionDefinition['arity'],
  evaluate: (subject: string, ...others: readonly Value[]) => Value,
): FunctionDefinition {
  return {
    arity,
    evaluate: ([subject, ...others]) =>
      subject === undefined ? undefined : evaluate(textOf(subject), ...others),
  };
}

function trimmed(text_: string, characters: Value, sides: 'both' | 'start' | 'end'): string {
  const taken = new Set(characters === undefined ? ' \t\r\n\f\v' : textOf(characters));
  const units = [...text_];
  let start = 0;
  let end = units.length;
  while (sides !== 'end' && start < end && taken.has(units[start] ?? '')) start += 1;
  while (sides !== 'start' && end > start && taken.has(units[end - 1] ?? '')) end -= 1;
  return units.slice(start, end).join('');
}

/** `substr(text, start, length?)`, in characters, from 0. */
function substring(subject: string, start: Value, length: Value): Value {
  const from = numberOf(start);
  if (from === undefined || from < 0) return undefined;
  const count = length === undefined ? MANY : (numberOf(length) ?? 0);
  return [...subject].slice(from, from + count).join('');
}

const milliseconds = (value: Value): Value => (value instanceof Timestamp ? value.ms : undefined);

function fromMillis(value: Value): Value {
  const ms = numberOf(value);
  const isTime = ms !== undefined && !Number.isNaN(new Date(ms).getTime());
  return isTime ? new Timestamp(Math.trunc(ms)) : undefined;
}

/**
 * By name in lower case. Source: CloudWatch Logs user guide, "Boolean, comparison, numeric, datetime, and other
 * functions".
 */
export const functions: ReadonlyMap<string, FunctionDefinition> = new Map<string, FunctionDefinition>([
  ['abs', numeric(Math.abs)],
  ['ceil', numeric(Math.ceil)],
  ['floor', numeric(Math.floor)],
  ['log', numeric(Math.log)],
  ['sqrt', numeric(Math.sqrt)],
  ['greatest', extreme(Math.max)],
  ['least', extreme(Math.min)],
  ['now', { arity: [0, 0], evaluate: (_, nowMs) => Math.floor(nowMs / 1000) }],
  ['frommillis', { arity: [1, 1], evaluate: ([value]) => fromMillis(value) }],
  ['tomillis', { arity: [1, 1], evaluate: ([value]) => milliseconds(value) }],
  ['ispresent', { arity: [1, 1], evaluate: ([value]) => truthOf(present(value)) }],
  ['coalesce', { arity: [1, MANY], evaluate: (values) => values.find(present) }],
  ['isempty', { arity: [1, 1], evaluate: ([value]) => truthOf(text(value) === '') }],
  ['isblank', { arity: [1, 1], evaluate: ([value]) => truthOf(text(value).trim() === '') }],
  ['concat', { arity: [1, MANY], evaluate: (values) => values.map(text).join('') }],
  ['trim', textual([1, 2], (subject, characters) => trimmed(subject, characters, 'both'))],
  ['ltrim', textual([1, 2], (subject, characters) => trimmed(subject, characters, 'start'))],
  ['rtrim', textual([1, 2], (subject, characters) => trimmed(subject, characters, 'end'))],
  ['strlen', textual([1, 1], (subject) => [...subject].length)],
  ['toupper', textual([1, 1], (subject) => subject.toUpperCase())],
  ['tolower', textual([1, 1], (subject) => subject.toLowerCase())],
  ['substr', textual([2, 3], substring)],
  [
    'replace',
    textual([3, 3], (subject, search, other) => subject.replaceAll(text(search), () => text(other))),
  ],
  ['strcontains', textual([2, 2], (subject, search) => truthOf(subject.includes(text(search))))],
]);

/** What an aggregate function has seen of a group of events so far. */
export interface Accumulator {
  /** `timestampMs` is the event's time. */
  add(value: Value, timestampMs: number): void;
  result(): Value;
}

export interface AggregateDefinition {
  /** How many arguments it takes; the second one, of `pct`, is a number. */
  readonly arity: readonly [min: number, max: number];
  start(parameter: number): Accumulator;
}

/** Of the numbers of a group, all at its end. */
function overNumbers(calculate: (numbers: readonly number[], parameter: number) => number) {
  return {
    start(parameter: number): Accumulator {
      const numbers: number[] = [];
      return {
        add(value) {
          const number = numberOf(value);
          if (number !== undefined) numbers.push(number);
        },
        result: () => (numbers.length === 0 ? undefined : calculate(numbers, parameter)),
      };
    },
  };
}

/** The one value that none goes before. */
function choose(goesBefore: (one: Candidate, other: Candidate) => boolean, finish: (value: Value) => Value) {
  return {
    start(): Accumulator {
      let chosen: Candidate | undefined;
      return {
        add(value, timestampMs) {
          const candidate = { value, timestampMs };
          if (value === undefined) return;
          if (chosen === undefined || goesBefore(candidate, chosen)) chosen = candidate;
        },
        result: () => finish(chosen?.value),
      };
    },
  };
}

interface Candidate {
  readonly value: Value;
  readonly timestampMs: number;
}

/** AWS gives the extremes and ends of times as epoch milliseconds. */
const asNumber = (value: Value): Value => (value instanceof Timestamp ? value.ms : value);
const asComputed = (value: Value): Value => numberOf(value) ?? value;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

/** By the nearest rank. AWS's is an estimate where there are many values. */
function percentile(numbers: readonly number[], percent: number): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** Of the whole population; AWS does not say which one it takes. */
function standardDeviation(numbers: readonly number[]): number {
  const middle = mean(numbers);
  return Math.sqrt(mean(numbers.map((number) => (number - middle) ** 2)));
}

function count(): Accumulator {
  let seen = 0;
  return {
    add(value) {
      if (value !== undefined) seen += 1;
    },
    result: () => seen,
  };
}

function countDistinct(): Accumulator {
  const seen = new Set<string>();
  return {
    add(value) {
      if (value !== undefined) seen.add(textOf(value));
    },
    result: () => seen.size,
  };
}

const isLess = (one: Candidate, other: Candidate) => compareValues(one.value, other.value) < 0;
const isMore = (one: Candidate, other: Candidate) => compareValues(one.value, other.value) > 0;
const isEarlier = (one: Candidate, other: Candidate) => one.timestampMs < other.timestampMs;
const isLater = (one: Candidate, other: Candidate) => one.timestampMs >= other.timestampMs;

/**
 * The functions of `stats`, by name in lower case. Source: CloudWatch Logs user guide, "Functions to use with stats".
 */
export const aggregates: ReadonlyMap<string, AggregateDefinition> = new Map<string, AggregateDefinition>([
  ['count', { arity: [0, 1], start: count }],
  ['count_distinct', { arity: [1, 1], start: countDistinct }],
  ['sum', { arity: [1, 1], ...overNumbers(sum) }],
  ['avg', { arity: [1, 1], ...overNumbers(mean) }],
  ['pct', { arity: [2, 2], ...overNumbers(percentile) }],
  ['stddev', { arity: [1, 1], ...overNumbers(standardDeviation) }],
  ['min', { arity: [1, 1], ...choose(isLess, asComputed) }],
  ['max', { arity: [1, 1], ...choose(isMore, asComputed) }],
  ['earliest', { arity: [1, 1], ...choose(isEarlier, asNumber) }],
  ['latest', { arity: [1, 1], ...choose(isLater, asNumber) }],
  ['sortsfirst', { arity: [1, 1], ...choose(isLess, asNumber) }],
  ['sortslast', { arity: [1, 1], ...choose(isMore, asNumber) }],
]);
