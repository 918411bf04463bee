import { type Cast, casts } from './cast.ts';
import type { SqlFunction } from './functions/definition.ts';
import { type Functions, functions } from './functions/functions.ts';
import {
  asDecimal,
  isDecimal,
  isNumeric,
  type Numeric,
  parseNumber,
  parseNumberWithKind,
} from './numbers/numeric.ts';
import { type ReadJson, readJson, readJsonWithDecimals } from './numbers/read-json.ts';
import { negative, type Operation, operations } from './operators.ts';
import type { BinaryOperator } from './syntax.ts';
import type { Value } from './value.ts';

export const sqlVersions = ['2015-10-08', '2016-03-23'] as const;
export type SqlVersion = (typeof sqlVersions)[number];

/**
 * What differs between the versions of AWS IoT SQL.
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html, and the notes on what a
 * version has on the pages of the parts.
 */
export interface Dialect {
  readonly version: SqlVersion;
  /** Whether there are nested SELECT, literals of objects and arrays, and arrays as results. */
  readonly hasNestedQueries: boolean;
  readonly functions: Functions;
  readonly operations: Readonly<Record<BinaryOperator, Operation>>;
  /** Unary minus. */
  readonly negative: (operand: Value) => Value;
  /** By the type's name in lower case. */
  readonly casts: Readonly<Record<string, Cast>>;
  /** A number of the statement; Undefined beyond 9.999…E999. */
  readonly readNumber: (digits: string) => Numeric | undefined;
  readonly readJson: ReadJson;
}

const latest: Dialect = {
  version: '2016-03-23',
  hasNestedQueries: true,
  functions,
  operations,
  negative,
  casts,
  readNumber: parseNumber,
  readJson,
};

/** Also where it is whole. */
const toDecimalKind = (value: Value): Value => (isNumeric(value) ? asDecimal(value) : value);

/** "If all strings convert to decimals correctly, a Decimal value is returned." */
const isDecimalOperand = (value: Value): boolean =>
  typeof value === 'string' || (isNumeric(value) && isDecimal(value));

const keepingDecimals =
  (operation: Operation): Operation =>
  (left, right) => {
    const result = operation(left, right);
    return isDecimalOperand(left) || isDecimalOperand(right) ? toDecimalKind(result) : result;
  };

function functionOfFirst(name: string, definition: SqlFunction): SqlFunction {
  if ('refused' in definition) return definition;
  if (definition.since !== undefined) {
    return {
      refused: `SQL version 2015-10-08 does not have it; set AwsIotSqlVersion to '${definition.since}'`,
    };
  }
  if ('requestOf' in definition) return definition;
  const { result, evaluate } = definition;
  if (name === 'sql_version') return { ...definition, evaluate: () => '2015-10-08' };
  if (result === undefined) return definition;
  return {
    ...definition,
    evaluate: (args, message) => {
      const value = evaluate(args, message);
      return result === 'Decimal' || args.some(isDecimalOperand) ? toDecimalKind(value) : value;
    },
  };
}

const { decimal: _, bool: __, boolean: ___, ...castsOfFirst } = casts;

/** The first keeps whole Decimals apart from Ints: its 10.0 does not become 10. Source: "cast()", "Cast to decimal". */
const first: Dialect = {
  version: '2015-10-08',
  hasNestedQueries: false,
  functions: new Map([...functions].map(([name, definition]) => [name, functionOfFirst(name, definition)])),
  operations: {
    ...operations,
    '+': keepingDecimals(operations['+']),
    '-': keepingDecimals(operations['-']),
    '*': keepingDecimals(operations['*']),
    '/': keepingDecimals(operations['/']),
    '%': keepingDecimals(operations['%']),
  },
  negative: (operand) => (isDecimalOperand(operand) ? toDecimalKind(negative(operand)) : negative(operand)),
  casts: { ...castsOfFirst, double: (value) => toDecimalKind(casts['double']?.(value)) },
  readNumber: parseNumberWithKind,
  readJson: readJsonWithDecimals,
};

export const dialects: Readonly<Record<SqlVersion, Dialect>> = { '2015-10-08': first, '2016-03-23': latest };
