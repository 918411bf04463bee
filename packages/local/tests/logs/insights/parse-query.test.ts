import { describe, expect, test } from '@jest/globals';
import { fieldsOf } from '../../../src/logs/insights/fields-of.ts';
import { parseQuery } from '../../../src/logs/insights/parse-query.ts';
import { QueryError } from '../../../src/logs/insights/syntax.ts';

function problemOf(text: string): string {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof QueryError) return error.message;
    throw error;
  }
  throw new Error(`was taken: ${text}`);
}

describe('what is parsed', () => {
  test.each([
    'fields @timestamp, @message | sort @timestamp desc, level asc | limit 20',
    '# the newest\nfields @message # as it came\n| limit 5',
    'FILTER level = "ERROR" AND NOT message LIKE /timed? out/ OR a IN [1, "2", b]',
    'filter `odd-name` = 1 and a.`b-c`.0.d != 2 and x not like "y" and x not in ["z"] and q =~ /x\\/y/',
    'filter @message like /(?i)error/',
    "filter a.b = 'it\\'s' and (1 + 2) * 3 - 4 / 5 % 6 ^ 7 > -8",
    'parse @message "user=*, method:*" as @user, @method | stats avg(@latency) by @method, @user',
    'parse "* *" as level, text',
    'parse @message /(?<networkInterface>eni-.*?) / | display networkInterface, @message',
    'stats count() as events, pct(@duration, 99.9) by bin(5m) as period, level | sort period',
    'stats max(@memorySize / 1000) as provisioned, max(@maxMemoryUsed) as used, provisioned - used as over',
    'stats count(*) as n by id, bin(1h) | stats max(n), min(n) by id | sort id',
    'sort level | dedup level, id | limit 3',
    'fields datefloor(@timestamp, 30minutes), dateceil(@timestamp, 2hrs), bin(1d)',
    `filter ${'('.repeat(60)}a${')'.repeat(60)} = 1`,
  ])('%s', (text) => {
    expect(parseQuery(text).length).toBeGreaterThan(0);
  });
});

describe('what is refused, by name', () => {
  test.each([
    ['', 'end of input'],
    ['fields', 'end of input'],
    ['pattern @message', 'the command pattern'],
    ['unmask @message', 'the command unmask'],
    ['filter a == 1', 'write ='],
    ['filter a <> 1', 'write !='],
    ['filter a = true', 'compare a boolean with 1 or 0'],
    ['filter a = b = c', 'end of the query'],
    ['filter a like b', 'a regular expression or text in quotes'],
    ['filter a like /[/', 'not a regular expression'],
    ['filter a like /x++/', '++'],
    ['filter a[0] = 1', 'end of the query'],
    ['fields jsonParse(@message)', 'the function jsonParse'],
    ['fields strlen()', '1 arguments, not 0'],
    ['fields strlen(*)', 'count only'],
    ['fields avg(x)', 'stats only'],
    ['fields 5m', 'bin, datefloor and dateceil only'],
    ['fields bin(@timestamp, 5m)', 'bin(5m)'],
    ['fields bin(5q)', 'the unit q'],
    ['fields bin(0m)', '1 at least'],
    ['parse @message "*" as a, b', '1 * and 2 names'],
    ['parse @message "* *" as a, a', 'makes a twice'],
    ['parse @message "x" as a', 'no *'],
    ['parse @message /(x)/', 'no named group'],
    ['parse @message /(x)/ as a', '(?<name>…)'],
    ['stats x by y', 'must stand in a function'],
    ['stats 1 by y', 'stats needs one of'],
    ['stats sum(avg(x))', 'not in itself'],
    ['stats pct(x, 101)', '0 to 100'],
    ['stats count(*) | sort other', 'no other after stats'],
    ['stats count(*) | stats avg(x)', 'no x after stats'],
    ['sort a | stats count(*)', 'sort must come after stats'],
    ['limit 5 | stats count(*)', 'limit must come after stats'],
    ['stats count(*) as a | stats max(a) as b | stats max(b)', 'at most 2'],
    ['dedup a | sort a', 'nothing but limit'],
    ['limit 0', '1 to 10000'],
    ['limit 10001', '1 to 10000'],
  ])('%s: %s', (text, words) => {
    expect(problemOf(text)).toContain(words);
  });

  test('what is nested beyond reason', () => {
    expect(problemOf(`filter ${'('.repeat(100_000)}`)).toContain('nested too deeply');
  });

  test('with the place of the problem', () => {
    expect(() => parseQuery('fields a | filter b == 1')).toThrow(expect.objectContaining({ offset: 20 }));
  });
});

describe('the fields of a query', () => {
  test('are those it reads, and those it makes', () => {
    const query = parseQuery(
      'fields @message, tolower(level) as lower, concat(lower, "!") as loud | parse note "*-*" as left, right | filter left = other.0.name | sort loud',
    );

    expect(fieldsOf(query)).toEqual({
      read: ['@message', 'level', 'note', 'other.0.name'],
      made: ['lower', 'loud', 'left', 'right'],
    });
  });

  test('of stats are its columns; bin reads the time', () => {
    expect(fieldsOf(parseQuery('stats count(*), sum(a) as total by bin(5m), b | sort total'))).toEqual({
      read: ['@timestamp', 'b', 'a'],
      made: ['bin(5m)', 'count(*)', 'total'],
    });
  });

  test('of a regular expression are its groups', () => {
    expect(fieldsOf(parseQuery('parse @message /(?<first>\\w+) (?<second>\\(\\w+)/')).made).toEqual([
      'first',
      'second',
    ]);
  });
});
