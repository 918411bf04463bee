import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GUIDE, select, selectText } from './evaluate.ts';

const value = (expression: string, payload: unknown = {}) =>
  selectText(`SELECT VALUE ${expression} FROM 'a'`, payload);

describe(`numbers have 34 digits (${GUIDE}iot-sql-data-types.html)`, () => {
  it.each([
    ['0.1 + 0.2', '0.3'],
    ['1.1 * 3', '3.3'],
    ['4.35 * 100', '435'],
    ['9007199254740993 + 0', '9007199254740993'],
    ['9007199254740991 + 2', '9007199254740993'],
    ['1234567890123456789012345678901234 + 0', '1234567890123456789012345678901234'],
    ['1234567890123456789012345678901234 * 1', '1234567890123456789012345678901234'],
    ['99999999999 * 99999999999', '9999999999800000000001'],
    ['1 / 3', '0.3333333333333333333333333333333333'],
    ['2 / 3', '0.6666666666666666666666666666666667'],
    ['(75 - 32) * 5 / 9', '23.88888888888888888888888888888889'],
    ['6 / 3', '2'],
    ['12345678901234567890.5 % 10', '0.5'],
    ['-12345678901234567890.5 % 10', '-0.5'],
    ['-12345678901234567890', '-12345678901234567890'],
    ['1E999 / 1E998', '10'],
    ['1E999 * 10', undefined],
    ['1E-999 / 1E10', '0'],
    ['1E999', '1E+999'],
    ['1E21', '1000000000000000000000'],
    ["'12345678901234567890' - 1", '12345678901234567889'],
    ["'' + 12345678901234567890.25", '"12345678901234567890.25"'],
    ["'' + [12345678901234567890]", '"[12345678901234567890]"'],
    ['12345678901234567890 > 12345678901234567889', 'true'],
    ['12345678901234567890 = 12345678901234567890.0', 'true'],
    ['12345678901234567890 = 12345678901234567891', 'false'],
    ['12345678901234567890 <> 1', 'true'],
    ['1 = 12345678901234567890', 'false'],
    ['abs(-12345678901234567890.5)', '12345678901234567890.5'],
    ['floor(-12345678901234567890.5)', '-12345678901234567891'],
    ['ceil(12345678901234567890.5)', '12345678901234567891'],
    ['round(12345678901234567890.5)', '12345678901234567891'],
    ['round(-12345678901234567890.5)', '-12345678901234567891'],
    ['sign(-12345678901234567890.5)', '-1'],
    ['trunc(2.12345678901234567890123, 20)', '2.12345678901234567890'.replace(/0$/, '')],
    ['bitand(12345678901234567891, 3)', '3'],
    ['bitor(1E40, 3)', undefined],
    ['cast(12345678901234567890.9 AS Int)', '12345678901234567890'],
    ['cast(12345678901234567890.9 AS Double)', '12345678901234567000'],
    ['sqrt(12345678901234567890)', '3513641828.820144'],
    ['power(10, 30)', '1000000000000000000000000000000'],
    ['chr(12345678901234567890)', undefined],
    ['CASE 12345678901234567890 WHEN 12345678901234567890.0 THEN 1 END', '1'],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it('as they come, in payloads', () => {
    const payload =
      '{"a": 12345678901234567890, "b":[0.1234567890123456789,-1.5e2,1E400],"c":"id: 1234567890123456789","d":1e1000,"e":[1e1000], "f":10.0}';
    expect(selectText("SELECT * FROM 'a'", Buffer.from(payload))).toBe(
      '{"a":12345678901234567890,"b":[0.1234567890123456789,-150,1E+400],"c":"id: 1234567890123456789","e":[null],"f":10}',
    );
    expect(value("decode(encode(*, 'base64'), 'base64').a", Buffer.from(payload))).toBe(
      '12345678901234567890',
    );
    expect(select("SELECT * FROM 'a'", Buffer.from('{"a": 12345678901234567890'))?.kind).toBe('bytes');
  });

  const digits = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n });

  it('for whatever is added, subtracted, multiplied and compared', () => {
    fc.assert(
      fc.property(digits, digits, (a, b) => {
        const sql = "SELECT a + b AS sum, a - b AS difference, a * b AS product, a < b AS less FROM 'a'";
        expect(selectText(sql, Buffer.from(`{"a":${a},"b":${b}}`))).toBe(
          `{"sum":${a + b},"difference":${a - b},"product":${a * b},"less":${a < b}}`,
        );
      }),
    );
  });

  it('as JSON has them, up to 15 digits, in any form', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (double) => {
        const number = Number(double.toPrecision(15));
        expect(JSON.parse(value('a', { a: number }))).toBe(number === 0 ? 0 : number);
      }),
    );
  });
});

describe(`SQL version 2015-10-08 keeps Decimals that are whole (${GUIDE}iot-sql-functions.html#iot-sql-function-cast)`, () => {
  it.each([
    ['10.0', '10.0'],
    ['10', '10'],
    ['a', '10.0'],
    ['b', '10'],
    ['b + 1', '11'],
    ['a + 1', '11.0'],
    ['a = b', 'true'],
    ["'5' - 3", '2.0'],
    ['-a', '-10.0'],
    ['9 / 3', '3'],
    ['abs(a)', '10.0'],
    ['mod(a, 3)', '1.0'],
    ['floor(a)', '10'],
    ['cast(b AS Double)', '10.0'],
    ['cast(a AS Int)', '10'],
    ["'' + a", '"10.0"'],
    // The page's examples.
    ['sqrt(9)', '3.0'],
    ['power(2, 5)', '32.0'],
    ['log(100)', '2.0'],
    ['asin(0)', '0.0'],
    ['trunc(2.00, 5)', '2'],
    ['sql_version()', '"2015-10-08"'],
  ])('%s is %s', (expression, expected) => {
    const payload = Buffer.from('{"a":10.0,"b":10}');
    expect(selectText(`SELECT VALUE ${expression} FROM 'a'`, payload, { version: '2015-10-08' })).toBe(
      expected,
    );
  });
});
