import { describe, expect, it } from '@jest/globals';
import { parseExpression } from '../../src/schedules/parse-expression.ts';

/** The times that a schedule is due at after `after`, without their seconds where those are 0. */
function due(expression: string, after: string, count: number): string[] {
  const { next } = parseExpression(expression, true);
  const startedAtMs = Date.parse(`${after}Z`);
  const times: string[] = [];
  for (let timeMs = next(startedAtMs, startedAtMs); timeMs !== undefined && times.length < count; ) {
    times.push(new Date(timeMs).toISOString().replace(/(:00)?\.000Z$/, ''));
    timeMs = next(timeMs, startedAtMs);
  }
  return times;
}

const cases: readonly (readonly [expression: string, after: string, times: readonly string[]])[] = [
  ['rate(1 minute)', '2026-01-01T00:00:30', ['2026-01-01T00:01:30', '2026-01-01T00:02:30']],
  ['rate(5 minutes)', '2026-01-01T00:00:00', ['2026-01-01T00:05', '2026-01-01T00:10']],
  ['rate(2 hours)', '2026-01-01T23:00:00', ['2026-01-02T01:00', '2026-01-02T03:00']],
  ['rate(1 day)', '2026-02-28T12:00:00', ['2026-03-01T12:00', '2026-03-02T12:00']],
  ['at(2030-01-02T03:04:05)', '2026-01-01T00:00:00', ['2030-01-02T03:04:05']],
  ['at(2020-01-02T03:04:05)', '2026-01-01T00:00:00', []],
  ['cron(0 12 * * ? *)', '2026-01-01T12:00:00', ['2026-01-02T12:00', '2026-01-03T12:00']],
  ['cron(15 10 ? * * *)', '2026-01-01T10:14:59', ['2026-01-01T10:15', '2026-01-02T10:15']],
  ['cron(0/15 * * * ? *)', '2026-01-01T00:46:00', ['2026-01-01T01:00', '2026-01-01T01:15']],
  [
    'cron(5-10/5,30 8 * * ? *)',
    '2026-01-01T00:00:00',
    ['2026-01-01T08:05', '2026-01-01T08:10', '2026-01-01T08:30'],
  ],
  ['cron(0 18 ? * MON-FRI *)', '2026-01-02T18:00:00', ['2026-01-05T18:00', '2026-01-06T18:00']],
  ['cron(0 18 ? * 1 *)', '2026-01-01T00:00:00', ['2026-01-04T18:00', '2026-01-11T18:00']],
  ['cron(0 8 1 * ? *)', '2026-01-31T00:00:00', ['2026-02-01T08:00', '2026-03-01T08:00']],
  ['cron(0 8 31 * ? *)', '2026-01-31T08:00:00', ['2026-03-31T08:00', '2026-05-31T08:00']],
  ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00', ['2028-02-29T00:00', '2032-02-29T00:00']],
  ['cron(0 0 L * ? *)', '2026-01-31T12:00:00', ['2026-02-28T00:00', '2026-03-31T00:00']],
  [
    'cron(0 0 15W * ? *)',
    '2026-02-01T00:00:00',
    ['2026-02-16T00:00', '2026-03-16T00:00', '2026-04-15T00:00'],
  ],
  ['cron(0 0 1W * ? *)', '2026-07-31T00:00:00', ['2026-08-03T00:00', '2026-09-01T00:00']],
  ['cron(0 0 31W * ? *)', '2026-01-31T00:00:00', ['2026-03-31T00:00', '2026-05-29T00:00']],
  ['cron(0 0 ? * L *)', '2026-01-01T00:00:00', ['2026-01-03T00:00', '2026-01-10T00:00']],
  ['cron(15 10 ? * 6L 2026-2027)', '2026-01-30T10:15:00', ['2026-02-27T10:15', '2026-03-27T10:15']],
  ['cron(0 9 ? * TUE#2 *)', '2026-01-01T00:00:00', ['2026-01-13T09:00', '2026-02-10T09:00']],
  ['cron(0 9 ? * 3#5 *)', '2026-01-01T00:00:00', ['2026-03-31T09:00', '2026-06-30T09:00']],
  [
    'cron(0 0 1 jan,JUL ? 2027/2)',
    '2026-01-01T00:00:00',
    ['2027-01-01T00:00', '2027-07-01T00:00', '2029-01-01T00:00'],
  ],
  ['cron(0 0 1 1 ? 2027)', '2026-01-01T00:00:00', ['2027-01-01T00:00']],
  ['cron(0 0 30 2 ? *)', '2026-01-01T00:00:00', []],
];

const refused: readonly (readonly [expression: string, message: string])[] = [
  ['every minute', 'every minute is no schedule: write rate(5 minutes)'],
  ['rate(0 minutes)', 'rate(0 minutes) is no rate'],
  ['rate(1 minutes)', 'rate(1 minutes) is no rate'],
  ['rate(5 minute)', 'is no rate'],
  ['rate(30 seconds)', 'is no rate'],
  ['at(2030-13-02T03:04:05)', 'is no time'],
  ['at(tomorrow)', 'is no time'],
  ['cron(0 12 * * ?)', 'cron takes six fields, such as cron(0 12 * * ? *), and here are 5'],
  ['cron(0 12 * * * *)', 'one of the day of the month and the day of the week must be ?'],
  ['cron(0 12 ? * ? *)', 'one of the day of the month and the day of the week must be ?'],
  ['cron(60 12 * * ? *)', 'the minute has the value 60: it takes 0 to 59'],
  ['cron(0 24 * * ? *)', 'the hour has the value 24'],
  ['cron(0 0 0 * ? *)', 'the day of the month has the value 0'],
  ['cron(0 0 LW * ? *)', 'the day of the month has the value L'],
  ['cron(0 0 ? * 8 *)', 'the day of the week has the value 8'],
  ['cron(0 0 ? * MON#6 *)', 'after # comes a number from 1 to 5'],
  ['cron(0 0 1 FOO ? *)', 'the month has the value FOO'],
  ['cron(0 0 1 * ? 1969)', 'the year has the value 1969'],
  ['cron(10-5 0 1 * ? *)', 'the minute has the range 10-5'],
  ['cron(0/0 0 1 * ? *)', 'a step is a whole number after one slash'],
];

describe('a schedule expression', () => {
  it.each(cases)('%s after %s', (expression, after, times) => {
    expect(due(expression, after, times.length + (times.length === 0 ? 1 : 0))).toEqual(times);
  });

  it.each(refused)('is refused with a reason: %s', (expression, message) => {
    expect(() => parseExpression(expression, true)).toThrow(message);
  });

  it('of a rule is never a single time', () => {
    expect(() => parseExpression('at(2030-01-02T03:04:05)', false)).toThrow('is no schedule');
  });
});
