import { expect, it } from '@jest/globals';
import { RuleEvaluationError } from '../../src/rules/rule-error.ts';
import { type Documented, expectDocumented, GUIDE, selectJson } from './evaluate.ts';

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
    ["get_mqtt_property('content_type')", U],
    ["get_user_properties('key')", U],
    ['get_user_properties()', U],
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
  'iot-sql-functions.html#iot-sql-function-parse-time': [
    [
      `parse_time("yyyy.MM.dd G 'at' HH:mm:ss z", 100000000, "America/Belize")`,
      '1970.01.01 AD at 21:46:40 CST',
    ],
    [`parse_time("yyyy.MM.dd G 'at' HH:mm:ss z", timestamp())`, '2016.12.15 AD at 18:07:31 UTC'],
    ['parse_time("yyyy", timestamp(), "UTC")', '2016'],
    [`parse_time("yyyy-MM-dd'T'HH:mm:ss.SSSZZ", 1585903518042)`, '2020-04-03T08:45:18.042+00:00'],
    ["parse_time('EEE, d MMM yyyy hh:mm a', 0)", 'Thu, 1 Jan 1970 12:00 AM'],
    ["parse_time('xxxx-ww e, C, DDD', 1609459200000)", '2020-53 5, 20, 001'],
    ["parse_time('y G Y', -93600000000000)", '-997 BC 998'],
    ["parse_time('z zzzz', 0, 'Europe/Berlin')", 'CET Central European Standard Time'],
    ["parse_time('z', 0, 'Asia/Tokyo')", 'JST'],
    ["parse_time('Z ZZ ZZZ', 0, 'Asia/Kolkata')", '+0530 +05:30 Asia/Kolkata'],
    ["parse_time('yyyy', 0, 'Nowhere/Atall')", U],
    ["parse_time('yyyy', missing)", U],
    ["parse_time('yyyy', 1E400)", U],
  ],
  'iot-sql-functions.html#iot-sql-function-time-to-epoch': [
    ['time_to_epoch("2020-04-03 09:45:18 UTC+01:00", "yyyy-MM-dd HH:mm:ss VV")', 1_585_903_518_000],
    ['time_to_epoch("18 December 2015", "dd MMMM yyyy")', 1_450_396_800_000],
    [
      'time_to_epoch("2007-12-03 10:15:30.592 America/Los_Angeles", "yyyy-MM-dd HH:mm:ss.SSS z")',
      1_196_705_730_592,
    ],
    ['time_to_epoch("Fri, 3 Apr 2020 9:45 PM", "E, d MMM yyyy h:mm a")', 1_585_950_300_000],
    ['time_to_epoch("Sat, 3 Apr 2020", "E, d MMM yyyy")', U],
    ['time_to_epoch("2020-094", "uuuu-DDD")', 1_585_872_000_000],
    ['time_to_epoch("2019-366", "uuuu-DDD")', U],
    ['time_to_epoch("2020-04-03 24:00", "yyyy-MM-dd HH:mm")', 1_585_958_400_000],
    ['time_to_epoch("2020-04-03 24:01", "yyyy-MM-dd HH:mm")', U],
    ['time_to_epoch("2020-04-03 23:60", "yyyy-MM-dd HH:mm")', U],
    ['time_to_epoch("2020-13-03", "yyyy-MM-dd")', U],
    ['time_to_epoch("1 AD", "y G") > time_to_epoch("1 BC", "y G")', true],
    ['time_to_epoch("18 december 2015", "dd MMMM yyyy")', U],
    ['time_to_epoch("32 February 2015", "dd MMMM yyyy")', U],
    // https://docs.oracle.com/en/java/javase/11/docs/api/java.base/java/time/format/ResolverStyle.html, SMART
    [
      'time_to_epoch("31 February 2015", "dd MMMM yyyy") = time_to_epoch("28 February 2015", "dd MMMM yyyy")',
      true,
    ],
    ['time_to_epoch("31 April 2015", "dd MMMM yyyy") = time_to_epoch("30 April 2015", "dd MMMM yyyy")', true],
    // https://docs.oracle.com/en/java/javase/11/docs/api/java.base/java/time/format/DateTimeFormatter.html, "Offset"
    ['time_to_epoch("1970-01-01T01Z", "yyyy-MM-dd\'T\'HHX")', 3_600_000],
    ['time_to_epoch("1970-01-01 01+01", "yyyy-MM-dd HHX")', 0],
    ['time_to_epoch("1970-01-01 01+0100", "yyyy-MM-dd HHx")', 0],
    ['time_to_epoch("1970-01-01 01+0100", "yyyy-MM-dd HHZ")', 0],
    ['time_to_epoch("1970-01-01 01+01:00", "yyyy-MM-dd HHXXX")', 0],
    ['time_to_epoch("1970-01-01 01+0100", "yyyy-MM-dd HHXXX")', U],
    ['time_to_epoch("1970-01-01 01Z", "yyyy-MM-dd HHZ")', U],
    ['time_to_epoch("1970-01-01 01Z", "yyyy-MM-dd HHx")', U],
    ['time_to_epoch("1970-01-01 01+19:00", "yyyy-MM-dd HHXXX")', U],
    ['time_to_epoch("yesterday", "dd MMMM yyyy")', U],
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
