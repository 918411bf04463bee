import { compareValues } from './order.ts';
import { numberOf, Timestamp, textOf, type Value } from './value.ts';

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
