import { expect, it } from '@jest/globals';
import { RuleEvaluationError } from '../../../src/rules/rule-error.ts';
import { type Documented, expectDocumented, GUIDE, selectJson } from '../evaluate.ts';

const payload = {
  missingNot: 1,
  'with-hyphen': 7,
  nothing: null,
  n: 5,
  s: 'text',
  list: [1, 2, 3],
  object: { a: { b: 1 }, 'x-y': 2 },
  encoded: 'eyAidGVtcGVyYXR1cmUiOiAzMyB9Cg==',
};
const U = undefined;

const documented: Documented = {
  'iot-sql-functions.html#iot-sql-function-cast': [
    ['cast(true as Int)', 1],
    ['cast(2.9 AS INTEGER)', 2],
    ['cast(-2.1 AS int)', -3],
    ["cast('2.9' AS Int)", 2],
    ["cast('2,9' AS Int)", U],
    ['cast(0 AS Boolean)', false],
    ['cast(-0.5 AS Boolean)', true],
    ["cast('TRUE' AS bool)", true],
    ["cast('yes' AS bool)", U],
    ['cast(false AS Decimal)', 0],
    ['cast(10.0 AS Decimal)', 10],
    ["cast('0.1234567890123456789' AS Double)", 0.12345678901234568],
    ['cast(list AS Int)', U],
    ['cast(object AS Decimal)', U],
    ['cast(nothing AS Boolean)', U],
    ['cast(nothing AS String)', U],
    ['cast(list AS Nvarchar)', '[1,2,3]'],
    ['cast(object AS Text)', '{"a":{"b":1},"x-y":2}'],
    ['cast(true AS Ntext)', 'true'],
    ['cast(7 AS varchar)', '7'],
    // The table "Cast to string" repeats, for String, the row of "Cast to Boolean".
    ["cast('abc' AS String)", 'abc'],
  ],
  'iot-sql-functions.html#iot-function-topic': [
    ['topic()', 'things/myThings/thingOne'],
    ['topic(1)', 'things'],
    ['topic(2)', 'myThings'],
    ['topic("3")', 'thingOne'],
    ['topic(2.9)', 'myThings'],
    ['topic(4)', U],
    ['topic(0)', U],
    ['topic(missing)', U],
  ],
  'iot-sql-functions.html': [
    ['clientid()', 'thingOne'],
    ['principal()', U],
    ['accountid()', '123456789012'],
    ['timestamp()', 1_481_825_251_155],
    ['traceid()', '7e146a2c-95b5-6caf-98b9-50e3969734c7'],
    ['sourceip()', '192.0.2.7'],
    ['sql_version()', '2016-03-23'],
    ['rand() >= 0 AND rand() < 1', true],
    ["regexp_matches(newuuid(), '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')", true],
  ],
  'iot-sql-functions.html#iot-sql-function-isNull': [
    ['isNull(5)', false],
    ['isNull(Null)', true],
    ['isNull(nothing)', true],
    ['isNull(missing)', false],
  ],
  'iot-sql-functions.html#iot-sql-function-isUndefined': [
    ['isUndefined(5)', false],
    ['isUndefined(floor([1,2,3]))', true],
    ['isUndefined(nothing)', false],
  ],
  'iot-sql-functions.html#iot-func-nanvl': [
    ['Nanvl(8, 3)', 8],
    ['nanvl(missing, 3)', 3],
    ['nanvl(nothing, 3)', 3],
    ['nanvl(s, 3)', 'text'],
  ],
  'iot-sql-functions.html#iot-sql-function-get-or-default': [
    ['get_or_default(n, 0)', 5],
    ['get_or_default(missing, 0)', 0],
    ['get_or_default(nothing, 0)', 0],
    ['get_or_default(missing)', U],
  ],
  'iot-sql-functions.html#iot-sql-function-get': [
    ['get(["a", "b", "c"], 1)', 'b'],
    ['get({"a":"b"}, "a")', 'b'],
    // The guide's example says "a", and its table: "The character at the 0-based index".
    ['get("abc", 1)', 'b'],
    ['get(list, 3)', U],
    ['get(list, -1)', U],
    ['get(list, "1")', 2],
    ['get(list, 1.4)', 2],
    ['get(list, 1.5)', 3],
    ['get(list, "1.9")', 2],
    ['get(list, 1E30)', U],
    ['get(list, s)', U],
    ['get(object, "x-y")', 2],
    ['get(object, 1)', U],
    ['get(object, "toString")', U],
    ['get(n, 0)', U],
    // https://dev.classmethod.jp/articles/iot-core-rule-use-get-method/, of a rule that ran on AWS
    ['get(*, "with-hyphen")', 7],
    ['(SELECT VALUE get(*, "x-y") FROM [{"x-y": 1}])', [1]],
  ],
  'iot-sql-functions.html#iot-func-transform': [
    [
      "transform('enrichArray', {'k': 1}, [{'a': 3}, {'b': 4}])",
      [
        { a: 3, k: 1 },
        { b: 4, k: 1 },
      ],
    ],
    ["transform('other', {'k': 1}, [{'a': 3}])", U],
    ["transform('enrichArray', {'k': 1}, list)", U],
    ["transform('enrichArray', list, [{'a': 3}])", U],
  ],
  'iot-sql-functions.html#iot-sql-encode-payload': [
    ["encode('hi', 'base64')", 'aGk='],
    ["encode(missing, 'base64')", U],
    ["encode(object.a, 'base64')", 'eyJiIjoxfQ=='],
  ],
  'iot-sql-functions.html#iot-sql-decode-base64': [
    ['decode(encoded, "base64").temperature', 33],
    ["decode('aGk=', 'base64')", 'hi'],
    ["decode('no base64!', 'base64')", null],
    ["decode('/w==', 'base64')", null],
    ["decode(encode('37', 'base64'), 'base64')", 37],
    ["decode(encode('\"a\"', 'base64'), 'base64')", 'a'],
  ],
};

expectDocumented(documented, payload);

it(`topic() knows nothing of Basic Ingest's prefix (${GUIDE}iot-sql-functions.html#iot-function-topic)`, () => {
  const topic = 'Buildings/Building5/Floor2/Room201/Lights';
  expect(selectJson("SELECT topic() AS a, topic(3) AS b FROM 'x'", {}, { topic })).toEqual({
    a: topic,
    b: 'Floor2',
  });
});

it('transform gives 128 KiB at most', () => {
  const sql = "SELECT VALUE transform('enrichArray', {'k': text}, list) FROM 'a'";
  expect(selectJson(sql, { text: 'x'.repeat(60_000), list: [{}, {}] })).toHaveLength(2);
  expect(() => selectJson(sql, { text: 'x'.repeat(60_000), list: [{}, {}, {}] })).toThrow(
    RuleEvaluationError,
  );
});

it('get_or_default is there for what fails', () => {
  const slow = { text: `${'a'.repeat(40)}!`, pattern: '^(a+)+$' };
  expect(
    selectJson("SELECT VALUE get_or_default(regexp_matches(text, pattern), 'slow') FROM 'a'", slow),
  ).toBe('slow');
});
