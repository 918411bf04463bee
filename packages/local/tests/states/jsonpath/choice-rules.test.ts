import { runMachine, typesOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { compileRule } from '../../../src/states/jsonpath/choice-rule.ts';
import type { Json, JsonObject } from '../../../src/states/values.ts';

const GUIDE = 'https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html';

const holds = (rule: JsonObject, data: Json) =>
  compileRule(rule)({
    data,
    query: { states: { input: data, context: {} }, variables: { limit: 2 }, nowMs: 0 },
  });

const AT = '2026-03-14T01:59:00Z';

describe(`choice rules (${GUIDE})`, () => {
  it.each<[JsonObject, Json, boolean]>([
    [{ Variable: '$.foo', NumericEquals: 1 }, { foo: 1 }, true],
    [{ Variable: '$.foo', NumericEquals: 1 }, { foo: '1' }, false],
    [{ Variable: '$.type', StringEquals: 'local' }, { type: 'local' }, true],
    [{ Variable: '$.foo', StringGreaterThan: 'MyStringABC' }, { foo: 'MyStringABD' }, true],
    [{ Not: { Variable: '$.possiblyNullValue', IsNull: true } }, { possiblyNullValue: null }, false],
    [
      {
        And: [
          { Variable: '$.value', IsPresent: true },
          { Variable: '$.value', IsNumeric: true },
          { Variable: '$.value', NumericGreaterThanEquals: 20 },
          { Variable: '$.value', NumericLessThan: 30 },
        ],
      },
      { value: 22 },
      true,
    ],
    // What decides first decides alone: the others name nothing that is there.
    [
      {
        And: [
          { Variable: '$.value', IsPresent: true },
          { Variable: '$.value', NumericLessThan: 30 },
        ],
      },
      {},
      false,
    ],
    [
      {
        Or: [
          { Variable: '$.a', BooleanEquals: true },
          { Variable: '$.b', IsNull: true },
        ],
      },
      { a: true },
      true,
    ],
    [{ Variable: '$.a', NumericLessThanEquals: 2 }, { a: 2 }, true],
    [{ Variable: '$.a', NumericGreaterThan: 2 }, { a: 2 }, false],
    [{ Variable: '$.a', NumericEqualsPath: '$limit' }, { a: 2 }, true],
    [{ Variable: '$.a', NumericGreaterThanEqualsPath: '$.b' }, { a: 2, b: 3 }, false],
    [{ Variable: '$.a', StringEqualsPath: '$.b' }, { a: 'x', b: 'x' }, true],
    [{ Variable: '$.a', StringLessThanPath: '$.b' }, { a: 'x', b: 1 }, false],
    [{ Variable: '$.a', StringLessThanEquals: 'b' }, { a: 'b' }, true],
    [{ Variable: '$.a', StringGreaterThanEquals: 'b' }, { a: 'a' }, false],
    [{ Variable: '$.a', BooleanEquals: false }, { a: false }, true],
    [{ Variable: '$.a', BooleanEqualsPath: '$.b' }, { a: false, b: true }, false],
    [{ Variable: '$.a', TimestampEquals: AT }, { a: '2026-03-14T02:59:00+01:00' }, true],
    [{ Variable: '$.a', TimestampLessThan: AT }, { a: '2026-03-14T01:58:59.999Z' }, true],
    [{ Variable: '$.a', TimestampGreaterThanPath: '$.b' }, { a: AT, b: AT }, false],
    [{ Variable: '$.a', TimestampLessThanEqualsPath: '$.b' }, { a: AT, b: AT }, true],
    [{ Variable: '$.a', TimestampGreaterThanEquals: AT }, { a: 'yesterday' }, false],
    [{ Variable: '$.a', IsPresent: false }, {}, true],
    [{ Variable: '$.a', IsPresent: true }, { a: null }, true],
    [{ Variable: '$.a[0]', IsPresent: true }, { a: [] }, false],
    [{ Variable: '$.a', IsBoolean: true }, { a: 0 }, false],
    [{ Variable: '$.a', IsBoolean: false }, { a: 0 }, true],
    [{ Variable: '$.a', IsString: true }, { a: '' }, true],
    [{ Variable: '$.a', IsTimestamp: true }, { a: AT }, true],
    [{ Variable: '$.a', IsTimestamp: true }, { a: '2026-03-14' }, false],
    [{ Variable: '$.a', IsNumeric: true }, { a: '1' }, false],
  ])('%j of %j: %s', (rule, data, expected) => {
    expect(holds(rule, data)).toBe(expected);
  });

  it.each([
    ['log-*.txt', 'log-.txt', true],
    ['log-*.txt', 'log-zebra.txt', true],
    ['foo*.*', 'foobar.zebra', true],
    ['foo*.*', 'foobar', false],
    ['foo*bar*baz', 'foobarbaz', true],
    ['a*a', 'a', false],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['\\\\*', '\\anything', true],
    ['*', '', true],
    ['a\nb*', 'a\nb\nc', true],
    [`${'*a'.repeat(2_000)}b`, 'a'.repeat(20_000), false],
  ])('StringMatches %j matches %j: %s', (pattern, value, expected) => {
    expect(holds({ Variable: '$.a', StringMatches: pattern }, { a: value })).toBe(expected);
  });
});

const CHOICE = {
  QueryLanguage: 'JSONPath',
  StartAt: 'Choice',
  States: {
    Choice: {
      Type: 'Choice',
      InputPath: '$.in',
      Choices: [
        { Variable: '$.value', NumericEquals: 0, Next: 'Tell', Assign: { 'by.$': '$.value' } },
        { Variable: '$.value', NumericEquals: 1, Next: 'Tell' },
      ],
      Default: 'Tell',
      Assign: { by: 'state' },
      OutputPath: '$.value',
    },
    Tell: { Type: 'Pass', Parameters: { 'in.$': '$', 'by.$': '$by' }, End: true },
  },
};

describe('a Choice', () => {
  it('has its data filtered by InputPath and OutputPath, and its rules assign', async () => {
    const outcome = await runMachine(CHOICE, { in: { value: 0 } });
    expect(outcome.output).toEqual({ in: 0, by: 0 });
    expect(typesOf(outcome).slice(1, 3)).toEqual(['ChoiceStateEntered', 'ChoiceStateExited']);
    expect((await runMachine(CHOICE, { in: { value: 9 } })).output).toEqual({ in: 9, by: 'state' });
  });

  it('fails where a path finds nothing', async () => {
    const { error, cause } = await runMachine(CHOICE, { in: { other: 1 } });
    expect(error).toBe('States.Runtime');
    expect(cause).toBe(
      "An error occurred while executing the state 'Choice' (entered at the event id #2). Invalid path '$.value': " +
        "The choice state's condition path references an invalid value.",
    );
  });
});
