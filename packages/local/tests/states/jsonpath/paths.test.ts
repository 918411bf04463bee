import { describe, expect, it } from '@jest/globals';
import { applyPath, missReason } from '../../../src/states/jsonpath/apply-path.ts';
import { parsePath } from '../../../src/states/jsonpath/paths.ts';
import { putAt, referencePathProblem } from '../../../src/states/jsonpath/references.ts';
import { type Json, StatesError } from '../../../src/states/values.ts';

const PATHS = 'https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html';
const INPUTS = 'https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html';
const SPEC = 'https://states-language.net/spec.html#path';

const GUIDE = {
  foo: 123,
  bar: ['a', 'b', 'c'],
  car: { cdr: true },
  jar: [{ a: 1 }, { a: 5 }, { a: 2 }, { a: 7 }, { a: 3 }],
};

const find = (path: string, data: Json) => applyPath(parsePath(path), data);

describe('a path', () => {
  it.each<[string, Json, Json, string]>([
    ['$.foo', GUIDE, 123, PATHS],
    ['$.bar', GUIDE, ['a', 'b', 'c'], PATHS],
    ['$.car.cdr', GUIDE, true, PATHS],
    ['$.jar[?(@.a >= 5)]', GUIDE, [{ a: 5 }, { a: 7 }], PATHS],
    ['$.a[0:2]', { a: [1, 2, 3, 4] }, [1, 2], INPUTS],
    ['$.a[0,1]', { a: [1, 2, 3, 4] }, [1, 2], 'https://github.com/awslabs/states-language/issues/10'],
    ['$.vals[3:]', { vals: [0, 10, 20, 30, 40, 50] }, [30, 40, 50], SPEC],
    ['$.vals[0]', { vals: [0, 10] }, 0, SPEC],
    ['$', [1], [1], SPEC],
    ["$['store']['book']", { store: { book: 1 } }, 1, SPEC],
    ['$["a b"]', { 'a b': 1 }, 1, SPEC],
    ['$.a-b.c_d', { 'a-b': { c_d: 1 } }, 1, SPEC],
    ['$.\u{e9}t\u{e9}', { été: 1 }, 1, SPEC],
    ['$.a[-1]', { a: [1, 2] }, 2, SPEC],
    ['$.list[*].id', { list: [{ id: 1 }, {}, { id: 3 }] }, [1, 3], SPEC],
    ['$.map.*', { map: { a: 1, b: [2] } }, [1, [2]], SPEC],
    ["$['a','c']", { a: 1, b: 2, c: 3 }, { a: 1, c: 3 }, SPEC],
    // As Step Functions Local gives them.
    [
      '$.list[?(@.keep)]',
      { list: [{ keep: true }, { keep: false }, { other: 1 }] },
      [{ keep: true }, { keep: false }],
      'https://github.com/floci-io/floci/issues/3260',
    ],
    [
      '$.list[?(@.keep == true)]',
      { list: [{ keep: true }, { keep: false }] },
      [{ keep: true }],
      'https://github.com/floci-io/floci/issues/3260',
    ],
    ['$.d..a', { d: { x: { a: [1, 2] } } }, [[1, 2]], 'https://github.com/floci-io/floci/issues/3260'],
    ['$.d..a[*]', { d: { x: { a: [1, 2] } } }, [1, 2], 'https://github.com/floci-io/floci/issues/3260'],
    [
      "$.list[?(@.n == 'it (is)' && @.v > 1)].v",
      {
        list: [
          { n: 'it (is)', v: 2 },
          { n: 'b', v: 3 },
        ],
      },
      [2],
      PATHS,
    ],
    ['$.list[?(@ > 1)]', { list: [1, 2] }, [], PATHS],
    ['$..[?(@.a)]', [{ a: 1, b: { a: 2 } }], [{ a: 1, b: { a: 2 } }, { a: 2 }], PATHS],
    ['$.items[*]', {}, [], 'https://github.com/localstack/localstack/issues/12318'],
    ['$[*].type', {}, [], 'https://github.com/localstack/localstack/issues/12318'],
  ])('%s of %j is %j (%s)', (path, data, expected) => {
    expect(find(path, data)).toEqual(expected);
  });

  it.each<[string, Json, string | undefined]>([
    ['$.Payload', { a: 1 }, "No results for path: $['Payload']"],
    ['$.a.b', { c: 1 }, "Missing property in path $['a']"],
    ['$.a[2]', { a: [1] }, "No results for path: $['a'][2]"],
    ['$.a.b', { a: 'text' }, "No results for path: $['a']['b']"],
    ['$.__proto__', {}, "No results for path: $['__proto__']"],
    ['$[0:2]', {}, undefined],
    ['$.a[?(@.b)]', { a: 1 }, undefined],
  ])('%s of %j is nothing', (path, data, reason) => {
    expect(find(path, data)).toBeUndefined();
    if (reason !== undefined) expect(missReason(parsePath(path), data)).toBe(reason);
  });

  it.each([
    ['a.b', /begins with '\$'/],
    ['$.', /a name must follow/],
    ['$.a b', /unexpected ' b'/],
    ['$.a[', /brackets need/],
    ['$.a[0', /']' is missing/],
    ['$.list.length()', /functions such as length\(\)/],
    ['$.a[?@.b]', /a filter stands in/],
    ['$.a[?(@.b =~ /x/)]', /can't be read/],
    ['$.a[?(@.b in [1])]', /can't be read/],
    ['$.a[?(length(@.b) > 1)]', /can't be read/],
    ['$.a[?(@.b == @.c)]', /literals alone/],
    ['$.a[?(@.b == $.c)]', /literals alone/],
    ['$.a[?(@.b == 1]', /'\)' is missing/],
  ])('%s is none', (path, message) => {
    expect(() => parsePath(path)).toThrow(SyntaxError);
    expect(() => parsePath(path)).toThrow(message);
  });
});

it.each([
  `$.a[?(${'@='.repeat(300_000)})]`,
  `$${'.a'.repeat(500_000)}[`,
  `$[?(${'('.repeat(100_000)}@.a${')'.repeat(100_000)})]`,
  `$[?(${'!'.repeat(300_000)}@.a)]`,
  `$${'['.repeat(300_000)}`,
])('a path that is no path is refused in a moment, however long it is (%#)', (path) => {
  expect(() => parsePath(path)).toThrow(SyntaxError);
});

it('a path that finds the same again and again is ended', () => {
  let nested: Json = 1;
  for (let level = 0; level < 500; level += 1) nested = [nested];
  expect(() => find('$..*..*..*..*', nested)).toThrow('A path finds more than 262144 values.');
});

describe('a reference path', () => {
  it.each([
    ['$.store.book', true],
    ["$['store\\'s'][2].x", true],
    ['$', true],
    ['$.a[*]', false],
    ['$.a[0:1]', false],
    ['$.a[0,1]', false],
    ['$..a', false],
    ["$['a','b']", false],
    ['$.a[?(@.b)]', false],
  ])(`%s: %s (${PATHS})`, (path, isReference) => {
    expect(referencePathProblem(parsePath(path)) === undefined).toBe(isReference);
  });

  it.each<[string, Json, Json]>([
    // https://states-language.net/spec.html#filters
    [
      '$.master.result.sum',
      { master: { detail: [1, 2, 3] } },
      { master: { detail: [1, 2, 3], result: { sum: 6 } } },
    ],
    ['$.foo', {}, { foo: 6 }],
    ['$.foo', { foo: 1, bar: 2 }, { foo: 6, bar: 2 }],
    ['$.a[1].b', { a: [0, { c: 1 }] }, { a: [0, { c: 1, b: 6 }] }],
    ['$.__proto__', {}, JSON.parse('{"__proto__":6}') as Json],
  ])('puts a value at %s of %j', (path, data, expected) => {
    const before = structuredClone(data);
    expect(putAt(parsePath(path), data, 6)).toEqual(expected);
    expect(data).toEqual(before);
  });

  it.each<[string, Json, string]>([
    ['$.a.b', { a: 'text' }, 'Unable to apply step "b" to input {"a":"text"}'],
    ['$.a', 'text', 'Unable to apply step "a" to input "text"'],
    ['$.a[3]', { a: [1] }, 'Unable to apply step "3" to input {"a":[1]}'],
  ])('fails with States.ResultPathMatchFailure at %s of %j', (path, data, cause) => {
    expect(() => putAt(parsePath(path), data, 6)).toThrow(StatesError);
    expect(() => putAt(parsePath(path), data, 6)).toThrow(`States.ResultPathMatchFailure: ${cause}`);
  });
});
