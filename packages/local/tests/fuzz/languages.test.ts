import { brokenJson, nastyJson } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyNumber, nastyString, nastyValue } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { endOf, withinCaseTime } from '@device-lifecycle/test-kit/fuzz/within-time.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RegexTimeoutError } from '../../src/bounded-regex.ts';
import { compilePattern } from '../../src/event-pattern/compile-pattern.ts';
import { compilePolicies } from '../../src/iot/policy/authorize.ts';
import { parsePolicy } from '../../src/iot/policy/parse-policy.ts';
import { deltaOf, merged, parseShadowUpdate, stamped } from '../../src/iot/shadow-document.ts';
import { parseQuery } from '../../src/logs/insights/parse-query.ts';
import { runQuery } from '../../src/logs/insights/run-query.ts';
import { isTopicFilter, TopicTree } from '../../src/mqtt/topics.ts';
import { parseExpression } from '../../src/schedules/parse-expression.ts';

/** A good text with a stretch of it replaced by another, or as it is. */
const spliced = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    texts,
    fc.tuple(texts, fc.nat(), fc.nat({ max: 8 }), nastyString).map(([text, where, length, other]) => {
      const at = where % (text.length + 1);
      return text.slice(0, at) + other + text.slice(at + length);
    }),
  );

const EVENT_PATTERNS = [
  {
    source: ['me', { prefix: 'm' }, { suffix: { 'equals-ignore-case': 'E' } }],
    detail: { a: [{ exists: true }] },
  },
  { detail: { n: [{ numeric: ['>', 0, '<=', 5] }], ip: [{ cidr: '10.0.0.0/8' }] } },
  {
    detail: {
      s: [{ wildcard: '*a*b*c*\\*' }, { 'anything-but': { wildcard: ['*x*', 'y*'] } }, null, 1, true],
    },
  },
  {
    $or: [{ a: [1] }, { b: [{ 'anything-but': [1, 'x'] }] }],
    c: { d: { e: [{ 'equals-ignore-case': 'x' }] } },
  },
];

const POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['iot:Connect', 'iot:Pub*'],
      Resource: ['arn:aws:iot:us-east-1:1:topic/a/${iot:ClientId}/*', 'arn:aws:iot:us-east-1:1:client/?'],
      Condition: {
        Bool: { 'iot:Connection.Thing.IsAttached': ['true'] },
        StringLike: { 'iot:ClientId': 'a*b*c*' },
      },
    },
  ],
};

const QUERY_PART = fc.oneof(
  fc.constantFrom(
    ...[
      'fields @timestamp, @message',
      'filter level = "INFO" and n > 1',
      'filter @message like /a.*b/',
      'stats count(*) as c by bin(5m)',
    ],
    ...[
      'parse @message "* of *" as a, b',
      'parse @message /(?<x>a+)b/',
      'sort c desc',
      'limit 3',
      'dedup level',
      'display a',
    ],
    ...[
      'stats sum(n), pct(n, 95), avg(n) by level',
      'filter ispresent(a.b) or not (n in [1, 2])',
      'fields strlen(@message) ^ 99 as big',
    ],
    ...[
      'filter n / 0 > -1',
      'fields `a b` as `c`',
      'fields substr(@message, 1, 1e9)',
      'parse @message "****" as a, b, c',
      'filter (((((1)))))',
    ],
  ),
  nastyString.map((text) => `filter @message like ${JSON.stringify(text)}`),
  nastyNumber.map((number) => `fields n * ${number} as x`),
);
const query = spliced(fc.array(QUERY_PART, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' | ')));
const message = fc.oneof(
  { weight: 4, arbitrary: nastyString },
  { weight: 4, arbitrary: nastyJson },
  { weight: 4, arbitrary: brokenJson(fc.constant({ level: 'INFO', n: 1, a: { b: [1] } })) },
  // What readers that look back take ages for.
  {
    weight: 1,
    arbitrary: fc.constantFrom('{"\\', '{"a":', '{{', '"', '{}').map((text) => text.repeat(2_000)),
  },
);
const events = fc.array(message, { maxLength: 3 });

const eventOf = (message: string, index: number) => ({
  message,
  timestampMs: 1_700_000_000_000 + index,
  ingestionTimeMs: 1_700_000_000_000,
  logStreamName: 'stream',
  logGroupName: '/aws/lambda/f',
  log: '1:/aws/lambda/f',
  pointer: String(index),
});

describe(`languages (TEST_SEED=${TEST_SEED})`, () => {
  it('of event patterns are refused by name, or match any event in time', async () => {
    const pattern = spliced(brokenJson(fc.constantFrom(...EVENT_PATTERNS)));
    const cases = fc.tuple(
      pattern,
      nastyValue,
      nastyString,
      fc.constantFrom('lambda' as const, 'eventBridge' as const),
    );
    const tally = await fuzz('runtime/event-patterns', cases, ([text, value, other, dialect]) =>
      endOf(() => {
        const matches = compilePattern(text, dialect);
        const detail = { a: value, s: `${'abc'.repeat(2_000)}${other}`, n: value, ip: other };
        for (const event of [
          value,
          { source: other, detail, a: value, b: other, c: { d: [{ e: value }] } },
        ]) {
          expect(typeof matches(event)).toBe('boolean');
        }
      }, ['PatternError']),
    );
    expect(tally).toMatchObject({ accepted: expect.any(Number), PatternError: expect.any(Number) });
  });

  it('of queries are refused by name, or run over any log', async () => {
    const run = { nowMs: 1_700_000_000_000, defaultLimit: 10, signal: new AbortController().signal };
    const tally = await fuzz('runtime/queries', fc.tuple(query, events), async ([text, messages]) => {
      let parsed: ReturnType<typeof parseQuery> = [];
      const end = endOf(() => {
        parsed = parseQuery(text);
      }, ['QueryError']);
      if (end !== 'accepted') return end;
      try {
        const { rows } = await withinCaseTime(() => runQuery(parsed, messages.map(eventOf), run));
        const shown = rows.flat().flatMap(({ field, value }) => [typeof field, typeof value]);
        expect(shown.filter((type) => type !== 'string')).toEqual([]);
        return end;
      } catch (error) {
        if (error instanceof RegexTimeoutError) return error.name;
        throw error;
      }
    });
    expect(tally).toMatchObject({ accepted: expect.any(Number), QueryError: expect.any(Number) });
  });

  it('of policies are refused by name, or decide about any resource in time', async () => {
    const policy = brokenJson(fc.constant(POLICY));
    const tally = await fuzz(
      'runtime/policies',
      fc.tuple(policy, nastyString, nastyString),
      ([text, name, clientId]) =>
        endOf(() => {
          const authorize = compilePolicies([parsePolicy(text)], () => [clientId]);
          const resource = `arn:aws:iot:us-east-1:1:topic/a/${name}/${'a/b'.repeat(200)}`;
          expect(authorize({ action: 'iot:Publish', resource, values: undefined })).toMatch(
            /ALLOW|DENY|DENIED/,
          );
        }, ['MalformedPolicyError']),
    );
    expect(tally).toMatchObject({ accepted: expect.any(Number), MalformedPolicyError: expect.any(Number) });
  });

  it('of shadows are refused by name, or merged without a trace on others', async () => {
    const good = {
      state: { desired: { a: { b: [1, { c: null }] }, d: 'x' }, reported: { a: null } },
      version: 3,
    };
    const document = brokenJson(fc.constant(good));
    const tally = await fuzz('runtime/shadows', fc.tuple(document, document), ([first, second]) =>
      endOf(() => {
        const [one, other] = [first, second].map((text) => parseShadowUpdate(Buffer.from(text)));
        const [desired, reported] = [one?.state.desired ?? {}, other?.state.desired ?? {}];
        JSON.stringify([
          merged(desired, reported),
          stamped(desired, reported, 1),
          deltaOf(desired, reported),
        ]);
      }, ['AwsError']),
    );
    expect(tally).toMatchObject({ accepted: expect.any(Number), AwsError: expect.any(Number) });
  });

  it('of schedules are refused by name, or tell when they are due', async () => {
    const text = spliced(
      fc.constantFrom(
        ...[
          'rate(5 minutes)',
          'rate(1 day)',
          'cron(0 12 * * ? *)',
          'cron(0/5 8-17 ? JAN-MAR MON#2 2026-2030)',
          'at(2030-01-02T03:04:05)',
        ],
        ...[
          'cron(15 10 L * ? *)',
          'cron(0 0 31W 2 ? *)',
          'cron(59 23 29 2 ? 2026)',
          'rate(99999999999999999999 days)',
        ],
      ),
    );
    const tally = await fuzz('runtime/schedules', text, (expression) =>
      endOf(() => {
        const due = parseExpression(expression, true).next(1_700_000_000_000, 1_690_000_000_000);
        if (due !== undefined) expect(due).toBeGreaterThan(1_700_000_000_000);
      }, ['ScheduleError']),
    );
    expect(tally).toMatchObject({ accepted: expect.any(Number), ScheduleError: expect.any(Number) });
  });

  it('of topics match what they should, by the letter', async () => {
    const level = fc.constantFrom('a', 'b', '', '+', '#', '$aws', 'a+', '__proto__', 'ü');
    const names = fc.array(level, { minLength: 1, maxLength: 8 }).map((levels) => levels.join('/'));
    const tally = await fuzz('runtime/topic-filters', fc.tuple(names, names), ([filter, topic]) => {
      if (!isTopicFilter(filter) || /[+#]/.test(topic)) return 'refused';
      const source = filter
        .split('/')
        .map((name) => (name === '+' ? '[^/]*' : name === '#' ? '.*' : name.replace(/[$.]/g, '\\$&')))
        .join('/');
      const expected =
        new RegExp(`^${source}$`, 's').test(topic) && !(/^[+#]/.test(filter) && topic.startsWith('$'));
      const tree = new TopicTree<string>();
      tree.add(filter, filter);
      expect(tree.match(topic)).toEqual(expected ? [filter] : []);
      return String(expected);
    });
    expect(tally).toMatchObject({ true: expect.any(Number), false: expect.any(Number) });
  });
});
