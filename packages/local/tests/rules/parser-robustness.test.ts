import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkStatement } from '../../src/rules/check-statement.ts';
import { compileStatement } from '../../src/rules/compile-statement.ts';
import { parseStatement, parseTemplate } from '../../src/rules/parse-sql.ts';
import { RuleError } from '../../src/rules/rule-error.ts';
import { message } from './evaluate.ts';

const words = [
  ...[
    'SELECT',
    'VALUE',
    'FROM',
    'WHERE',
    'AS',
    'AND',
    'OR',
    'NOT',
    'CASE',
    'WHEN',
    'THEN',
    'END',
    'SET',
    'cast',
  ],
  ...['a', 'b.c', '@x', 'topic', 'get', "'s'", '"t"', '1', '2.5', 'true', 'null', "'a/+'", 'IN', '!='],
  ...[
    '*',
    ',',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    '.',
    '+',
    '-',
    '/',
    '%',
    '=',
    '<>',
    '<',
    '--',
    "'",
    '${',
    '`',
  ],
];
const wordSoup = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((chosen) => chosen.join(' '));

/** Runs until something other than a RuleError comes out. */
function onlyRuleErrors(run: () => void): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(RuleError);
  }
}

describe('the parser', () => {
  it('throws nothing but RuleError, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), wordSoup), (text) => {
        onlyRuleErrors(() => parseStatement(text));
        onlyRuleErrors(() => parseTemplate(text));
      }),
      { numRuns: 500 },
    );
  });

  it('takes statements that evaluate without an error, whatever they mean', () => {
    const expression = fc.letrec((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('a', 'b.c', '1', '-2.5', "'s'", 'true', 'NULL', '[]', '{}', 'topic()', 'list'),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom('+', '-', '*', '/', '%', '=', '<>', '<', '>=', 'AND', 'OR'),
            tie('expression'),
          )
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
        tie('expression').map((inner) => `upper(${inner})`),
        tie('expression').map((inner) => `get(${inner}, 0)`),
        tie('expression').map((inner) => `{'k': ${inner}}`),
        fc
          .tuple(tie('expression'), tie('expression'))
          .map(([x, y]) => `CASE ${x} WHEN ${y} THEN ${x} ELSE ${y} END`),
        tie('expression').map((inner) => `(SELECT VALUE ${inner} FROM list WHERE ${inner})`),
      ),
    })).expression;

    fc.assert(
      fc.property(expression, fc.json(), (sql, payload) => {
        const statement = parseStatement(`SELECT ${sql} AS x FROM 'a' WHERE isNull(${sql}) = false`);
        checkStatement(statement);
        compileStatement(statement)({ ...message, payload: Buffer.from(payload) });
      }),
      { numRuns: 200 },
    );
  });

  it('says so when an expression is nested beyond reason', () => {
    expect(() => parseStatement(`SELECT ${'('.repeat(100_000)}1 AS a FROM 'x'`)).toThrow(RuleError);
  });
});
