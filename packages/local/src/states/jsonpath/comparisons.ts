import type { Json } from '../json.ts';
import { isTimestamp } from '../timestamp.ts';
import { matchesPattern } from './string-pattern.ts';

/** Whether a value stands to an operand as an operator of choice rules says; for values of other types it does not. */
type Holds = (value: Json, operand: Json) => boolean;

export interface Comparison {
  /** Whether the operand is a path. */
  readonly isOnPath: boolean;
  /** What its operand must be, where it is a literal. */
  readonly operandType: 'string' | 'number' | 'boolean' | 'timestamp';
  readonly holds: Holds;
}

/** The one comparison that does not need its value. */
export const isPresentOperator = 'IsPresent';

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

const TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  IsBoolean: (value) => typeof value === 'boolean',
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsTimestamp: (value) => isTimestamp(value),
};

interface Kind {
  readonly operandType: Comparison['operandType'];
  readonly orders: readonly string[];
  /** What is compared of a value; undefined for a value of another type. */
  readonly keyOf: (value: Json) => string | number | undefined;
}

const KINDS: Readonly<Record<string, Kind>> = {
  String: {
    operandType: 'string',
    orders: Object.keys(ORDERS),
    keyOf: (value) => (typeof value === 'string' ? value : undefined),
  },
  Numeric: {
    operandType: 'number',
    orders: Object.keys(ORDERS),
    keyOf: (value) => (typeof value === 'number' ? value : undefined),
  },
  Boolean: {
    operandType: 'boolean',
    orders: ['Equals'],
    keyOf: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  },
  Timestamp: {
    operandType: 'timestamp',
    orders: Object.keys(ORDERS),
    keyOf: (value) => (isTimestamp(value) ? Date.parse(value) : undefined),
  },
};

function ordered({ keyOf }: Kind, isInOrder: (order: number) => boolean): Holds {
  return (value, operand) => {
    const [key, other] = [keyOf(value), keyOf(operand)];
    if (key === undefined || other === undefined) return false;
    return isInOrder(key < other ? -1 : Number(key > other));
  };
}

function orderedComparisons(): (readonly [string, Comparison])[] {
  return Object.entries(KINDS).flatMap(([name, kind]) =>
    kind.orders.flatMap((order) => {
      const holds = ordered(kind, ORDERS[order] ?? (() => false));
      const { operandType } = kind;
      return [
        [`${name}${order}`, { isOnPath: false, operandType, holds }],
        [`${name}${order}Path`, { isOnPath: true, operandType, holds }],
      ] as const;
    }),
  );
}

function typeComparisons(): (readonly [string, Comparison])[] {
  return Object.entries(TYPES).map(([name, isOfType]) => [
    name,
    { isOnPath: false, operandType: 'boolean', holds: (value, operand) => isOfType(value) === operand },
  ]);
}

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ...orderedComparisons(),
  ...typeComparisons(),
  ['StringMatches', { isOnPath: false, operandType: 'string', holds: matchesPattern }] as const,
]);

/** Every operator that stands beside `Variable`. */
export const comparisonOperators: readonly string[] = [...comparisons.keys(), isPresentOperator];

/** What an operator compares; undefined for `IsPresent`, and for what is none. */
export function comparisonOf(operator: string): Comparison | undefined {
  return comparisons.get(operator);
}
