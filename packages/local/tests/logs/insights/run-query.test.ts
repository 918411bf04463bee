import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery } from '../../../src/logs/insights/parse-query.ts';
import type { QueryEvent } from '../../../src/logs/insights/rows.ts';
import { runQuery } from '../../../src/logs/insights/run-query.ts';
import { QueryError } from '../../../src/logs/insights/syntax.ts';

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const REQUEST_ID = '2f3e1c9a-1111-2222-3333-444455556666';

/** Events of a function, a minute apart. */
function eventsOf(messages: readonly (object | string)[], logGroupName = '/aws/lambda/f'): QueryEvent[] {
  return messages.map((message, index) => ({
    message: typeof message === 'string' ? message : JSON.stringify(message),
    timestampMs: START_MS + index * 60_000,
    ingestionTimeMs: START_MS,
    logStreamName: 'stream',
    logGroupName,
    log: `000000000000:${logGroupName}`,
    pointer: `event-${index}`,
  }));
}

const run = { nowMs: START_MS, defaultLimit: 10_000, signal: new AbortController().signal };

async function rowsOf(query: string, messages: readonly (object | string)[], logGroupName?: string) {
  const { rows } = await runQuery(parseQuery(query), eventsOf(messages, logGroupName), run);
  return rows.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
}

/** What an expression comes to on one event. */
async function resultOf(expression: string, message: object | string = {}): Promise<string | undefined> {
  const [row] = await rowsOf(`fields ${expression} as value`, [message]);
  return row?.['value'];
}

describe('what is shown', () => {
  test('of a query that names nothing: time and message, the newest first', async () => {
    expect(await rowsOf('limit 1', ['old', 'new'])).toEqual([
      { '@timestamp': '2026-01-02 03:05:05.678', '@message': 'new', '@ptr': 'event-1' },
    ]);
  });

  test('@ptr is the last field, and what has no value is left out', async () => {
    const { rows } = await runQuery(parseQuery('fields a, @ptr, b, c'), eventsOf([{ c: 1, a: 2 }]), run);

    expect(rows[0]?.map(({ field }) => field)).toEqual(['a', 'c', '@ptr']);
  });

  test('what fields and parse name, in their order; or what the last display does', async () => {
    const message = { a: 'x-y', b: 1 };
    const query = 'fields b | parse a "*-*" as left, right | fields a';

    expect(await rowsOf(query, [message])).toEqual([
      { b: '1', left: 'x', right: 'y', a: 'x-y', '@ptr': 'event-0' },
    ]);
    expect(await rowsOf(`${query} | display a | display right`, [message])).toEqual([
      { right: 'y', '@ptr': 'event-0' },
    ]);
  });

  test('with what it took', async () => {
    const { statistics } = await runQuery(parseQuery('filter a = 1'), eventsOf([{ a: 1 }, { a: 2 }]), run);

    expect(statistics).toEqual({ recordsMatched: 1, recordsScanned: 2, bytesScanned: 14 });
  });
});

describe('discovered fields', () => {
  test.each([
    ['a.b.1.c', { a: { b: [0, { c: 'x' }] } }, 'x'],
    ['`a-b`.c', { 'a-b': { c: 'x' } }, 'x'],
    ['flag', { flag: true }, '1'],
    ['flag', { flag: false }, '0'],
    ['nothing', { nothing: null }, undefined],
    ['a', { a: { b: 1 } }, undefined],
    ['@@own', { '@own': 1 }, '1'],
    ['constructor', {}, undefined],
    ['large', '{"large": 1234567890123.45678}', '1234567890123.4568'],
    ['a.b', 'before {"a": {"b": "}"}} after {"c": 1}', '}'],
    ['c', 'before {"a": 1} after {"c": 1}', undefined],
    ['a', '{"a": 1', undefined],
    ['@requestId', `2026-01-02T03:04:05.678Z\t${REQUEST_ID}\tINFO\ttext`, REQUEST_ID],
    ['@type', `START RequestId: ${REQUEST_ID} Version: $LATEST`, 'START'],
    ['@log', 'x', '000000000000:/aws/lambda/f'],
    ['@logStream', 'x', 'stream'],
    ['@ingestionTime', 'x', '2026-01-02 03:04:05.678'],
  ])('%s of %j', async (field, message, value) => {
    expect(await resultOf(field, message)).toBe(value);
  });

  test('of a REPORT line are numbers, sizes in bytes', async () => {
    const report = `REPORT RequestId: ${REQUEST_ID}\tDuration: 12.34 ms\tBilled Duration: 213 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\tInit Duration: 200.10 ms\t`;
    const query =
      'fields @type, @requestId, @duration, @billedDuration, @memorySize, @maxMemoryUsed, @initDuration';

    expect(await rowsOf(query, [report])).toEqual([
      {
        '@type': 'REPORT',
        '@requestId': REQUEST_ID,
        '@duration': '12.34',
        '@billedDuration': '213',
        '@memorySize': '128000000',
        '@maxMemoryUsed': '70000000',
        '@initDuration': '200.1',
        '@ptr': 'event-0',
      },
    ]);
  });

  test('are embedded in messages of Lambda alone', async () => {
    const row = (logGroupName: string) => rowsOf('filter ispresent(a)', ['text {"a": 1}'], logGroupName);

    expect(await row('/aws/lambda/f')).toHaveLength(1);
    expect(await row('AWSIotLogsV2')).toHaveLength(0);
  });

  test('are 200 an event at most', async () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`f${index}`, index]));

    expect(await resultOf('f199', many)).toBe('199');
    expect(await resultOf('f200', many)).toBeUndefined();
  });
});

describe('expressions', () => {
  test.each([
    ['1 + 2 * 3 ^ 2 - 4 / 2 % 3', '17'],
    ['(1 + 2) * 3', '9'],
    ['-a + 1', '-1'],
    ['1 / 3', '0.3333'],
    ['1 / 0', undefined],
    ['text + 1', undefined],
    ['text = "Hello" and not a = 3', '1'],
    ['a = "2.0"', '1'],
    ['text < "World" or missing = 1', '1'],
    ['missing != 1', '0'],
    ['not missing = 1', '1'],
    ['a in [1, 2]', '1'],
    ['a not in ["2"]', '0'],
    ['text like "ell"', '1'],
    ['text like /^h/', '0'],
    ['text =~ /(?i)^h/', '1'],
    ['text not like /^H/', '0'],
    ['missing like /x/', '0'],
    ['abs(-2)', '2'],
    ['ceil(1.2) + floor(1.8)', '3'],
    ['sqrt(16)', '4'],
    ['sqrt(-1)', undefined],
    ['log(1)', '0'],
    ['greatest(missing, a, 0)', '2'],
    ['least(missing, a, 3)', '2'],
    ['ispresent(a) + ispresent(missing)', '1'],
    ['coalesce(missing, text, a)', 'Hello'],
    ['isempty(empty) + isempty(missing) + isempty(text)', '2'],
    ['isblank(blank) + isblank(text)', '1'],
    ['concat(text, "-", a)', 'Hello-2'],
    ['trim(blank)', ''],
    ['ltrim("xxaxx", "x")', 'axx'],
    ['rtrim("xxaxx", "x")', 'xxa'],
    ['strlen("né😀")', '3'],
    ['toupper(text)', 'HELLO'],
    ['ToLower(text)', 'hello'],
    ['substr(text, 1)', 'ello'],
    ['substr(text, 1, 2)', 'el'],
    ['replace(text, "l", "$&")', 'He$&$&o'],
    ['strcontains(text, "ell")', '1'],
    ['@timestamp', '2026-01-02 03:04:05.678'],
    ['toMillis(@timestamp)', String(START_MS)],
    ['fromMillis(0)', '1970-01-01 00:00:00.000'],
    ['now()', String(Math.floor(START_MS / 1000))],
    ['bin(1h)', '2026-01-02 03:00:00.000'],
    ['datefloor(@timestamp, 30s)', '2026-01-02 03:04:00.000'],
    ['dateceil(@timestamp, 5mins)', '2026-01-02 03:05:00.000'],
    ['tolower(toupper(text)) = "hello"', '1'],
  ])('%s', async (expression, value) => {
    expect(await resultOf(expression, { a: 2, text: 'Hello', empty: '', blank: ' \t' })).toBe(value);
  });

  test('may use what the same fields command has made before', async () => {
    expect(await rowsOf('fields a * 2 as b, b * 2 as c', [{ a: 1 }])).toEqual([
      { b: '2', c: '4', '@ptr': 'event-0' },
    ]);
  });
});

describe('parse', () => {
  test('takes stars as little as it can, the last one all that is left', async () => {
    expect(
      await rowsOf(
        'parse "user=*, took (*) * ms*" as user, how, took, rest | display user, how, took, rest',
        ['x user=a, b, took (well) 5 ms, ok'],
      ),
    ).toEqual([{ user: 'a, b', how: 'well', took: '5', rest: ', ok', '@ptr': 'event-0' }]);
  });

  test('takes the groups of a regular expression, and leaves what does not match as it is', async () => {
    const query =
      'parse @message /id=(?<id>\\w+)/ | parse id "d*" as number | display id, number | sort @timestamp asc';

    expect(await rowsOf(query, ['id=d12 x', 'none'])).toEqual([
      { id: 'd12', number: '12', '@ptr': 'event-0' },
      { '@ptr': 'event-1' },
    ]);
  });
});

describe('stats', () => {
  const messages = [
    { id: 'd1', level: 'INFO', n: 1 },
    { id: 'd1', level: 'ERROR', n: 2.5 },
    { id: 'd2', level: 'INFO', n: 4 },
    { level: 'WARN' },
  ];

  test.each([
    ['count(*)', '4'],
    ['count()', '4'],
    ['count(n)', '3'],
    ['count_distinct(id)', '2'],
    ['sum(n)', '7.5'],
    ['avg(n)', '2.5'],
    ['min(n)', '1'],
    ['max(n)', '4'],
    ['max(level)', 'WARN'],
    ['pct(n, 50)', '2.5'],
    ['pct(n, 100)', '4'],
    ['stddev(n)', '1.2247'],
    ['earliest(level)', 'INFO'],
    ['latest(level)', 'WARN'],
    ['latest(n)', '4'],
    ['sortsFirst(level)', 'ERROR'],
    ['sortsLast(id)', 'd2'],
    ['min(@timestamp)', String(START_MS)],
    ['sum(n * 2) / count(*)', '3.75'],
    ['avg(missing)', undefined],
  ])('%s', async (expression, value) => {
    const [row] = await rowsOf(`stats ${expression} as value`, messages);
    expect(row?.['value']).toBe(value);
  });

  test('groups by values, and by their absence', async () => {
    expect(await rowsOf('stats count(*), sum(n) as total by id | sort id desc', messages)).toEqual([
      { id: 'd2', 'count(*)': '1', total: '4' },
      { id: 'd1', 'count(*)': '2', total: '3.5' },
      { 'count(*)': '1' },
    ]);
  });

  test('groups by periods', async () => {
    expect(await rowsOf('stats count(*) as n by bin(2m) | sort n, `bin(2m)` desc', messages)).toEqual([
      { 'bin(2m)': '2026-01-02 03:06:00.000', n: '2' },
      { 'bin(2m)': '2026-01-02 03:04:00.000', n: '2' },
    ]);
  });

  test('may use what it has made before, and be counted once more', async () => {
    expect(await rowsOf('stats max(n) as a, a * 2 as b', messages)).toEqual([{ a: '4', b: '8' }]);
    expect(
      await rowsOf('stats count(*) as n by id, level | stats max(n) as most, count(*) as rows', messages),
    ).toEqual([{ most: '1', rows: '4' }]);
  });

  test('can be filtered and computed with', async () => {
    const query = 'stats count(*) as n by id | filter n > 1 | fields n * 10 as tenfold';

    expect(await rowsOf(query, messages)).toEqual([{ id: 'd1', n: '2', tenfold: '20' }]);
  });

  test('of nothing is no row', async () => {
    expect(await rowsOf('filter n > 100 | stats count(*)', messages)).toEqual([]);
  });
});

describe('order', () => {
  test('puts numbers last, and takes digits within texts by their value', async () => {
    // The example of "sort" in the user guide.
    const ordered = [
      '!:',
      '#',
      '*%04',
      '0#',
      '5A',
      '111A',
      '2345_',
      '@',
      '@_',
      'A',
      'A9876fghj',
      'a12345hfh',
      '0',
      '1',
      '2',
      '3',
    ];
    const values = ordered.toReversed().map((v) => ({ v }));

    expect((await rowsOf('fields v | sort v asc', values)).map(({ v }) => v)).toEqual(ordered);
    expect((await rowsOf('fields v | sort v desc', values)).map(({ v }) => v)).toEqual(ordered.toReversed());
  });

  test('goes by several keys, and limit cuts what is sorted', async () => {
    const messages = [
      { a: 1, b: 1 },
      { a: 2, b: 1 },
      { a: 1, b: 2 },
    ];

    expect(await rowsOf('fields a, b | sort by a desc, b desc | limit 2', messages)).toEqual([
      { a: '2', b: '1', '@ptr': 'event-1' },
      { a: '1', b: '2', '@ptr': 'event-2' },
    ]);
  });

  test('dedup keeps the first of each, and what lacks a value', async () => {
    const messages = [{ a: 1 }, { a: 1 }, {}, { a: 2 }, {}];

    expect(
      (await rowsOf('fields a | sort @timestamp asc | dedup a', messages)).map((row) => row['@ptr']),
    ).toEqual(['event-0', 'event-2', 'event-3', 'event-4']);
  });
});

test('a query that is stopped ends with the reason', async () => {
  const reason = new Error('stopped');

  await expect(
    runQuery(parseQuery('stats count(*)'), eventsOf(['a']), { ...run, signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});

describe('whatever is logged', () => {
  test('is read in a time that grows with its length', async () => {
    const messages = [`{${'"\\'.repeat(200_000)}`, `{"${'x'.repeat(10_000_000)}`, '{"a":'.repeat(50_000)];
    expect(await rowsOf('filter level = "INFO"', messages)).toEqual([]);
  });

  test('has no fields where it is nested beyond reason', async () => {
    const deep = `{"level":"INFO","a":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`;
    expect(await rowsOf('filter level = "INFO"', [deep, '{"level":"INFO"}'])).toHaveLength(1);
  });
});

/** An event that takes 30 ms to read, in which nothing else happens. */
function slowEvent(event: QueryEvent): QueryEvent {
  return {
    ...event,
    get message() {
      const endsAt = performance.now() + 30;
      while (performance.now() < endsAt);
      return '';
    },
  };
}

test('a query whose events take long lets others have their turn, such as whoever stops it', async () => {
  const events = eventsOf(Array(20).fill('')).map(slowEvent);
  const controller = new AbortController();
  const query = runQuery(parseQuery('fields @message'), events, { ...run, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('stopped')), 1);
  await expect(query).rejects.toThrow('stopped');
});

describe('whatever is asked', () => {
  const words = fc.constantFrom(
    ...[
      'fields',
      'filter',
      'parse',
      'stats',
      'sort',
      'limit',
      'dedup',
      'display',
      '|',
      'as',
      'by',
      'and',
      'or',
      'not',
      'in',
    ],
    ...[
      'like',
      '(',
      ')',
      '[',
      ']',
      ',',
      '*',
      '+',
      '-',
      '/',
      '%',
      '^',
      '=',
      '!=',
      '<',
      '>=',
      '=~',
      '#',
      '\n',
      '`',
    ],
    ...[
      'a',
      'b.0',
      '@message',
      '@timestamp',
      '1',
      '2.5',
      '"x*"',
      "'",
      '/x(?<y>.)/',
      '/[/',
      '5m',
      'bin(5m)',
      'count(*)',
      'avg(a)',
    ],
    ...['strlen(', 'coalesce(', 'asc', 'desc', 'true'],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 20 }).map((parts) => parts.join(' ')),
  );

  test('it is refused as a query, or runs', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        try {
          const query = parseQuery(text);
          await runQuery(query, eventsOf([{ a: 'x1', b: [2] }, 'text']), run);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
