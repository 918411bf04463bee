import { describe, expect, it } from '@jest/globals';
import { RuleEvaluationError } from '../../src/rules/rule-error.ts';
import { select, selectJson } from './evaluate.ts';

const color = { color: { red: 255 }, temperature: 50, list: [{ a: 1 }, { b: 2 }] };

describe('SELECT (iot-sql-select)', () => {
  it('gives what is selected under its name, its alias, or a dotted alias', () => {
    expect(
      selectJson(
        "SELECT temperature, color.red, color.red AS my.red, 1 AS my.one, missing AS m FROM 'a/b'",
        color,
      ),
    ).toEqual({ temperature: 50, red: 255, my: { red: 255, one: 1 } });
  });

  it('adds items to the payload, which stays as it is', () => {
    expect(selectJson("SELECT *, 15 AS speed, 1 AS color.blue, color AS was FROM 'a/b'", color)).toEqual({
      ...color,
      color: { red: 255, blue: 1 },
      speed: 15,
      was: { red: 255 },
    });
  });

  it('computes as the guide does', () => {
    expect(selectJson("SELECT (temperature - 32) * 5 / 9 AS celsius FROM 'a/b'", color)).toEqual({
      celsius: 10,
    });
  });

  it('gives any value with VALUE, and fields that are called like keywords', () => {
    expect(selectJson("SELECT VALUE list FROM 'a/b'", color)).toEqual(color.list);
    expect(
      selectJson("SELECT value, value AS v, timestamp AS at FROM 'a/b'", { value: 1, timestamp: 2 }),
    ).toEqual({
      value: 1,
      v: 1,
      at: 2,
    });
  });

  it('takes keywords in any case, and white space anywhere', () => {
    expect(selectJson("select\n temperature\tAs t\r\nFrom 'a/b' wHERE temperature >49", color)).toEqual({
      t: 50,
    });
  });

  it('keeps keys that mean something to JavaScript as plain keys', () => {
    const result = selectJson("SELECT *, 1 AS constructor FROM 'a'", JSON.parse('{"__proto__": {"x": 1}}'));

    expect(JSON.stringify(result)).toBe('{"__proto__":{"x":1},"constructor":1}');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });
});

describe('* with AS (dynamodb-v2-rule-action)', () => {
  it('is the payload under that name', () => {
    expect(selectJson("SELECT * AS message FROM 'some/topic'", color)).toEqual({ message: color });
    expect(selectJson("SELECT topic(1) AS t, * AS my.message FROM 'a'", [1], { topic: 'a' })).toEqual({
      t: 'a',
      my: { message: [1] },
    });
  });

  it('goes over a payload that is an array, in a nested SELECT', () => {
    const logs = [
      { timestamp: 1, message: { level: 'INFO' } },
      { timestamp: '', message: {} },
    ];
    const sql = `SELECT (SELECT * AS log FROM * WHERE timestamp <> '' AND message.level <> '') AS logsList,
      (SELECT * FROM *) AS all, clientid() AS deviceId FROM "rules/things/+/logs"`;
    expect(selectJson(sql, logs)).toEqual({ logsList: [{ log: logs[0] }], all: logs, deviceId: 'thingOne' });
  });

  it("can't be evaluated for what is not JSON", () => {
    expect(() => select("SELECT * AS message FROM 'a'", Buffer.from('hello'))).toThrow(RuleEvaluationError);
  });
});

describe('a field that is called value', () => {
  it.each([
    ["SELECT value FROM 'a'", { value: 5 }],
    ["SELECT value * 2 AS v FROM 'a'", { v: 10 }],
    ["SELECT value - 1 AS v, value AS w FROM 'a'", { v: 4, w: 5 }],
    ["SELECT (SELECT value * 2 AS v FROM list) AS all FROM 'a' WHERE value = 5", { all: [{ v: 2 }] }],
    ["SELECT VALUE value FROM 'a'", 5],
    ['SELECT VALUE -value WHERE value > 1', -5],
    ['SELECT VALUE value', 5],
  ])('%s gives %j', (sql, selected) => {
    expect(selectJson(sql, { value: 5, list: [{ value: 1 }] })).toEqual(selected);
  });
});

describe('WHERE (iot-sql-where)', () => {
  it.each([
    ['temperature > 49', true],
    ['temperature > 50', false],
    ['missing > 50', false],
    ["'true'", false],
    ['celsius = 10', false],
  ])('%s selects: %p', (where, selects) => {
    expect(select(`SELECT temperature, 10 AS celsius FROM 'a' WHERE ${where}`, color) !== undefined).toBe(
      selects,
    );
  });
});

describe('SET, by the examples of its page (iot-sql-set)', () => {
  const device = {
    device1: {
      deviceId: 'weather_sensor',
      deviceData: { sensors: { temp_fahrenheit: 75, humidity: 60 }, location: [47.606, -122.332] },
    },
  };

  it('gives access to members of embedded objects', () => {
    expect(
      selectJson(
        `SET @device_sensor_data = device1.deviceData.sensors
         SELECT @device_sensor_data.temp_fahrenheit AS temp_fahrenheit, @device_sensor_data.humidity as humidity,
           device1.deviceId as deviceId FROM 'device/data'`,
        device,
      ),
    ).toEqual({ temp_fahrenheit: 75, humidity: 60, deviceId: 'weather_sensor' });
  });

  it('takes the payload as it is, where it is JSON, and bytes encoded', () => {
    expect(selectJson("SET @p = * SELECT @p.device1.deviceId FROM 'a'", device)).toEqual({
      deviceId: 'weather_sensor',
    });
    expect(
      selectJson(
        "SET @encoded_payload = encode(*, 'base64') SELECT @encoded_payload AS raw_data FROM 'a'",
        Buffer.of(255),
      ),
    ).toEqual({ raw_data: '/w==' });
  });

  it('has 10 variables of 128 KiB together, with names of 64 characters', () => {
    const set = (count: number) =>
      Array.from({ length: count }, (_, index) => `@v${index} = text`).join(', ');
    const value = (sql: string, length: number) => selectJson(sql, { text: 'x'.repeat(length) });
    expect(value(`SET ${set(10)} SELECT @v9 AS v FROM 'a'`, 13_000)).toEqual({ v: 'x'.repeat(13_000) });
    expect(() => value(`SET ${set(10)} SELECT @v9 AS v FROM 'a'`, 14_000)).toThrow(RuleEvaluationError);
    expect(() => value(`SET ${set(11)} SELECT @v9 AS v FROM 'a'`, 1)).toThrow('more than 10 variables');
    expect(() => value(`SET @${'n'.repeat(65)} = 1 SELECT a FROM 'a'`, 1)).toThrow('64 characters');
    expect(() => value("SET @a = 1, @a = 2 SELECT a FROM 'a'", 1)).toThrow('set twice');
  });
});

describe('SET (iot-sql-set)', () => {
  it('gives names to values, each visible to what comes after it, inside nested SELECT too', () => {
    expect(
      selectJson(
        "SET @x = temperature * 2, @y = @x + 1 SELECT @y AS y, (SELECT VALUE @x FROM list) AS all FROM 'a'",
        color,
      ),
    ).toEqual({ y: 101, all: [100, 100] });
  });
});

describe('nested SELECT', () => {
  it('looks into an object as it goes over an array (iot-sql-functions, transform, example 3)', () => {
    const payload = {
      data1: 'example',
      data2: {
        a: 'first',
        b: 'second',
        c: [
          { x: 5, y: true },
          { x: 10, y: false },
        ],
      },
    };

    expect(
      selectJson(
        "select value transform('enrichArray', (select a, b from data2), (select value c from data2)) from 'A/B'",
        payload,
      ),
    ).toEqual([
      { x: 5, y: true, a: 'first', b: 'second' },
      { x: 10, y: false, a: 'first', b: 'second' },
    ]);
  });
});

describe('payloads that are not JSON (binary-payloads)', () => {
  const bytes = Buffer.from([0xff, 0x00, 0x7b]);

  it('are the bytes themselves for * alone', () => {
    expect(select("SELECT * FROM 'a'", bytes)).toEqual({ kind: 'bytes', bytes });
    expect(select("SELECT VALUE * FROM 'a' WHERE timestamp() % 5 = 0", bytes)).toEqual({
      kind: 'bytes',
      bytes,
    });
  });

  it('can be encoded, and have no fields', () => {
    expect(selectJson("SELECT encode(*, 'base64') AS data, x AS x FROM 'a'", bytes)).toEqual({
      data: '/wB7',
    });
    expect(select("SELECT * FROM 'a' WHERE x = 1", bytes)).toBeUndefined();
  });

  it('can be decoded as text', () => {
    expect(
      selectJson("SELECT decode(encode(*, 'base64'), 'base64') AS payload FROM 'a'", Buffer.from('hello')),
    ).toEqual({ payload: 'hello' });
  });

  it('can be empty', () => {
    expect(selectJson("SELECT encode(*, 'base64') AS data FROM 'a'", Buffer.alloc(0))).toEqual({ data: '' });
  });

  it('are the bytes themselves for * with other items, and nothing when they are empty', () => {
    const sql = "SELECT *, timestamp() AS time FROM 'topic/subtopic'";
    expect(select(sql, bytes)).toEqual({ kind: 'bytes', bytes });
    expect(selectJson(sql, Buffer.alloc(0))).toEqual({ time: 1_481_825_251_155 });
    expect(selectJson(sql, [1])).toEqual([1]);
  });

  it('are compared as what they decode to (iot-sql-where, example with a non-JSON payload)', () => {
    const sql = `SELECT decode(encode(*, 'base64'), 'base64') AS value FROM 'topic/subtopic'
      WHERE decode(encode(*, 'base64'), 'base64') > 50`;
    expect(selectJson(sql, Buffer.from('80'))).toEqual({ value: 80 });
    expect(select(sql, Buffer.from('40'))).toBeUndefined();
  });
});
