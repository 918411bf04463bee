import { describe, expect, it } from '@jest/globals';
import { compileExpression } from '../../../src/states/jsonpath/templates.ts';
import { type Json, StatesError } from '../../../src/states/values.ts';

/** The page that what is expected comes from, but for what names another. */
const GUIDE = 'https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html';

function evaluate(call: string, data: Json = {}): Json {
  const query = {
    states: { input: data, context: { Execution: { Name: 'run' } } },
    variables: { count: 2 },
    nowMs: 0,
  };
  return compileExpression(call, 'result.$')({ data, query });
}

function failureOf(call: string, data: Json = {}): StatesError {
  try {
    evaluate(call, data);
  } catch (error) {
    if (error instanceof StatesError) return error;
    throw error;
  }
  throw new Error(`${call} has not failed.`);
}

describe(`intrinsic functions (${GUIDE})`, () => {
  it.each<[string, Json, Json]>([
    ['States.Array($.Id)', { Id: 123456 }, [123456]],
    ['States.Array()', {}, []],
    [
      'States.ArrayPartition($.inputArray,4)',
      { inputArray: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
      [[1, 2, 3, 4], [5, 6, 7, 8], [9]],
    ],
    ['States.ArrayContains($.inputArray, $.lookingFor)', { inputArray: [1, 2, 3], lookingFor: 5 }, false],
    ['States.ArrayContains($.a, $.b)', { a: [{ x: [1] }], b: { x: [1] } }, true],
    ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
    ['States.ArrayRange(5, 1, -2)', {}, [5, 3, 1]],
    ['States.ArrayRange(5, 1, 1)', {}, []],
    ['States.ArrayGetItem($.inputArray, $.index)', { inputArray: [1, 2, 3, 4, 5, 6, 7, 8, 9], index: 5 }, 6],
    ['States.ArrayLength($.inputArray)', { inputArray: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, 9],
    ['States.ArrayUnique($.inputArray)', { inputArray: [1, 2, 3, 3, 3, 3, 3, 3, 4] }, [1, 2, 3, 4]],
    [
      'States.ArrayUnique($.a)',
      { a: [{ x: 1, y: 2 }, { y: 2, x: 1 }, '1', 1, null] },
      [{ x: 1, y: 2 }, '1', 1, null],
    ],
    ['States.Base64Encode($.input)', { input: 'Data to encode' }, 'RGF0YSB0byBlbmNvZGU='],
    ['States.Base64Decode($.base64)', { base64: 'RGF0YSB0byBlbmNvZGU=' }, 'Data to encode'],
    [
      'States.Hash($.Data, $.Algorithm)',
      { Data: 'input data', Algorithm: 'SHA-1' },
      'aaff4a450a104cd177d28d18d74485e8cae074b7',
    ],
    [
      'States.JsonMerge($.json1, $.json2, false)',
      { json1: { a: { a1: 1, a2: 2 }, b: 2 }, json2: { a: { a3: 1, a4: 2 }, c: 3 } },
      { a: { a3: 1, a4: 2 }, b: 2, c: 3 },
    ],
    ['States.StringToJson($.escapedJsonString)', { escapedJsonString: '{"foo": "bar"}' }, { foo: 'bar' }],
    ['States.JsonToString($.unescapedJson)', { unescapedJson: { foo: 'bar' } }, '{"foo":"bar"}'],
    ['States.MathAdd($.value1, $.step)', { value1: 111, step: -1 }, 110],
    [
      'States.StringSplit($.inputString, $.splitter)',
      { inputString: '1,2,3,4,5', splitter: ',' },
      ['1', '2', '3', '4', '5'],
    ],
    [
      'States.StringSplit($.inputString, $.splitter)',
      { inputString: 'This.is+a,test=string', splitter: '.+,=' },
      ['This', 'is', 'a', 'test', 'string'],
    ],
    ["States.Format('Hello, my name is {}.', $.name)", { name: 'Arnav' }, 'Hello, my name is Arnav.'],
    [
      'States.Format($.template, $.name)',
      { name: 'Arnav', template: 'Hello, my name is {}.' },
      'Hello, my name is Arnav.',
    ],
    [
      "States.Format('{}.{}.{}', States.ArrayGetItem(States.StringSplit(States.ArrayGetItem(States.StringSplit($.ImageRecipe.Arn, '/'), 2), '.'), 0), States.ArrayGetItem(States.StringSplit(States.ArrayGetItem(States.StringSplit($.ImageRecipe.Arn, '/'), 2), '.'), 1), $.x)",
      { ImageRecipe: { Arn: 'arn/image/1.2.3' }, x: 3 },
      '1.2.3',
    ],
    // Escapes: https://states-language.net/spec.html#appendix-b
    ["States.Format('\\'\\{\\}\\\\ {}', true)", {}, "'{}\\ true"],
    ["States.Array('it\\'s', -1.5e1, null, $$.Execution.Name, $count)", {}, ["it's", -15, null, 'run', 2]],
  ])('%s of %j', (call, data, expected) => {
    expect(evaluate(call, data)).toEqual(expected);
  });

  // Recorded on AWS: https://github.com/localstack/localstack/tree/main/tests/aws/services/stepfunctions/v2/intrinsic_functions
  it.each<[string, Json, Json]>([
    ["States.Format('Formatting argument {}.', $.in)", { in: null }, 'Formatting argument null.'],
    ["States.Format('Formatting argument {}.', $.in)", { in: 1.1 }, 'Formatting argument 1.1.'],
    ["States.Format('Formatting argument {}.', $.in)", { in: '{}' }, 'Formatting argument {}.'],
    ['States.StringToJson($.in)', { in: '' }, null],
    ['States.StringToJson($.in)', { in: ' ' }, null],
    ['States.StringToJson($.in)', { in: '[1, 2, "HelloWorld"]' }, [1, 2, 'HelloWorld']],
    ['States.MathAdd($.a, $.b)', { a: -9, b: 3 }, -6],
    ['States.MathAdd($.a, $.b)', { a: 1.49, b: 1.5 }, 3],
    ['States.MathAdd($.a, $.b)', { a: 1.5, b: 1.51 }, 4],
    ['States.MathAdd($.a, $.b)', { a: -1.49, b: -1.5 }, -2],
  ])('%s of %j, as AWS has answered', (call, data, expected) => {
    expect(evaluate(call, data)).toEqual(expected);
  });

  it('States.MathRandom gives a number from the first to below the second, the same for a seed', () => {
    for (let round = 0; round < 50; round += 1)
      expect([1, 2, 3]).toContain(evaluate('States.MathRandom(1, 4)'));
    expect(evaluate('States.MathRandom(0, 999, 3)')).toBe(evaluate('States.MathRandom(0, 999, 3)'));
  });

  it('States.UUID gives a version 4 UUID', () => {
    expect(evaluate('States.UUID()')).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });

  it.each<[string, Json]>([
    ["States.Format('{}')", {}],
    ["States.Format('{}', $.a)", { a: {} }],
    ['States.ArrayPartition($.a, 0)', { a: [1] }],
    ['States.ArrayRange(1, 1001, 1)', {}],
    ['States.ArrayRange(0, 1, 0)', {}],
    ['States.ArrayGetItem($.a, 1)', { a: [1] }],
    ['States.ArrayLength($.a)', { a: 'text' }],
    ['States.Base64Encode($.a)', { a: 'x'.repeat(10_001) }],
    ['States.Base64Decode($.a)', { a: '*' }],
    ["States.Hash($.a, 'SHA-3')", { a: '' }],
    ['States.JsonMerge($.a, $.a, true)', { a: {} }],
    ['States.JsonMerge($.a, 1, false)', { a: {} }],
    ["States.Format('{}{}', $.a, $.a)", { a: 'x'.repeat(200_000) }],
    ['States.StringToJson($.a)', { a: '{' }],
    ['States.MathAdd(2147483647, 1)', {}],
    ['States.MathRandom(2, 2)', {}],
    ["States.MathAdd('1', 1)", {}],
    ["States.StringSplit(1, '.')", {}],
  ])('%s of what it does not take fails with States.IntrinsicFailure', (call, data) => {
    const { error, causeText } = failureOf(call, data);
    expect(error).toBe('States.IntrinsicFailure');
    expect(causeText).toContain(`The function '${call}' had the following error: `);
  });

  // https://github.com/floci-io/floci/pull/3002, as Step Functions Local answers
  it('names the path of an argument that finds nothing', () => {
    expect(failureOf("States.Format('{}', $.nope)", { other: 1 })).toMatchObject({
      error: 'States.Runtime',
      causeText:
        "The function 'States.Format('{}', $.nope)' had the following error: The JsonPath argument for the field " +
        `'$.nope' could not be found in the input '{"other":1}'`,
    });
  });

  it.each([
    ['States.Compare($.a, $.b)', /is not an intrinsic function/],
    ['States.UUID(1)', /takes 0 arguments/],
    ['States.MathRandom(1)', /takes 2 to 3 arguments/],
    ['States.Format()', /takes at least 1 arguments/],
    ["States.Format('\\n')", /is not an argument/],
    ["States.Format('a'", /',' or '\)' is missing/],
    ['States.Array(1) and more', /unexpected 'and more'/],
    [`${'States.Array('.repeat(11)}${')'.repeat(11)}`, /at most 10 functions/],
    ['text', /is not an intrinsic function/],
  ])('%s is none', (call, message) => {
    expect(() => evaluate(call)).toThrow(SyntaxError);
    expect(() => evaluate(call)).toThrow(message);
  });

  it('ten functions can be nested', () => {
    expect(JSON.stringify(evaluate(`${'States.Array('.repeat(10)}${')'.repeat(10)}`))).toBe(
      '['.repeat(10) + ']'.repeat(10),
    );
  });
});
