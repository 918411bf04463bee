import { NASTY_NAMES, nastyNumber, nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import fc from 'fast-check';
import { functions } from '../../src/rules/functions/functions.ts';

const NAME = fc.constantFrom(
  'a',
  'b',
  'list',
  'text',
  'deep',
  '__proto__',
  'constructor',
  'toString',
  'length',
  'n',
  'e',
);
const quoted = (text: string): string => `'${text.replaceAll("'", '')}'`;

/** Texts that functions take for something: times, time patterns, regular expressions, Base64. */
const ARGUMENT = fc.constantFrom(
  ...["'base64'", "'yyyy-MM-dd HH:mm'", "'HMdHMdHMd'", "'yyyy''yyyy'", "'2024-02-30'", "'enrichArray'"],
  ...["'(?i)a|\\p{L}+$'", "'\\Qa.\\E\\h*\\R?'", "'[\\s\\S&&[a]'", "'((?s).)\\Z'", "'arn:aws:iam::1:role/r'"],
  ...["'^(a|b)$'", "'(a'", "'[^/]{1,3}'", "'(?<x>a)\\1'", "'$1'", "'America/New_York'", "'e30='"],
);

const LEAF = fc.oneof(
  NAME,
  ARGUMENT,
  nastyString.map(quoted),
  nastyNumber.map((number) => String(number)),
  fc
    .tuple(fc.bigInt({ min: 0n }), fc.nat({ max: 1_200 }))
    .map(([digits, exponent]) => `${digits}.5E${exponent}`),
  fc.constantFrom('true', 'NULL', '[]', '{}', 'topic()', 'topic(2)', '@v', 'a.b.c', 'timestamp()', '*'),
);

const FUNCTIONS = [...functions.keys()];
const OPERATORS = ['+', '-', '*', '/', '%', '=', '<>', '<', '>=', 'AND', 'OR', '!=', 'LIKE', '.'];

const EXPRESSION = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression');
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      LEAF,
      fc
        .tuple(inner, fc.constantFrom(...OPERATORS), inner)
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      fc
        .tuple(fc.constantFrom(...FUNCTIONS), fc.array(inner, { maxLength: 3 }))
        .map(([name, args]) => `${name}(${args.join(', ')})`),
      fc
        .tuple(inner, fc.constantFrom('int', 'string', 'bool', 'decimal', 'x'))
        .map(([value, type]) => `cast(${value} AS ${type})`),
      fc.tuple(nastyString, inner).map(([key, value]) => `{${quoted(key)}: ${value}}`),
      fc.array(inner, { maxLength: 3 }).map((values) => `[${values.join(', ')}]`),
      fc.tuple(inner, inner, inner).map(([x, y, z]) => `CASE ${x} WHEN ${y} THEN ${z} ELSE ${x} END`),
      fc
        .tuple(inner, fc.oneof(NAME, fc.constant('*')), inner)
        .map(([value, from, where]) => `(SELECT ${value} AS x FROM ${from} WHERE ${where})`),
      inner.map((operand) => `NOT ${operand}`),
      inner.map((operand) => `-${operand}`),
    ),
  };
}).expression;

const ALIAS = fc
  .array(fc.oneof(NAME, fc.constantFrom(...NASTY_NAMES)), { minLength: 1, maxLength: 3 })
  .map((path) => path.join('.'));
const ITEM = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(EXPRESSION, ALIAS).map(([value, alias]) => `${value} AS ${alias}`) },
  { weight: 1, arbitrary: fc.constantFrom('*', '* AS a', '* AS a.b') },
  { weight: 1, arbitrary: EXPRESSION },
);

const STATEMENT = fc
  .record({
    set: fc.option(EXPRESSION, { nil: undefined, freq: 4 }),
    items: fc.array(ITEM, { minLength: 1, maxLength: 3 }),
    from: fc.constantFrom("'a/+/b'", '"a/#"', 'a/b', "'$aws/rules/a'"),
    where: fc.option(EXPRESSION, { nil: undefined }),
  })
  .map(({ set, items, from, where }) =>
    [
      ...(set === undefined ? [] : [`SET @v = ${set}`]),
      `SELECT ${items.join(', ')} FROM ${from}`,
      ...(where === undefined ? [] : [`WHERE ${where}`]),
    ].join(' '),
  );

/** Opened often, closed as often, less often or not at all. */
const DEEP = fc
  .tuple(
    fc.constantFrom(['(', ')'], ['[', ']'], ["{'a':", '}'], ['NOT ', ''], ['- ', ''], ['abs(', ')']),
    fc.constantFrom(50, 1_000, 20_000),
    fc.boolean(),
  )
  .map(([[open = '', close = ''], depth, isClosed]) => {
    const end = isClosed ? close.repeat(depth) : '';
    return `SELECT ${open.repeat(depth)}a${end} AS x FROM 'a'`;
  });

/** Statements with something wrong in them, or nothing. */
export const brokenStatement: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: STATEMENT },
  {
    weight: 6,
    arbitrary: fc
      .tuple(STATEMENT, fc.nat(), fc.nat({ max: 8 }), nastyString)
      .map(([sql, where, length, text]) => {
        const at = where % sql.length;
        return sql.slice(0, at) + text + sql.slice(at + length);
      }),
  },
  { weight: 1, arbitrary: DEEP },
);
