import { ruleResource, ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import type { RuleDefinition } from '../../src/rules/compile-rule.ts';
import { RuleError } from '../../src/rules/rule-error.ts';
import { createRulesEngine } from '../../src/rules/rules-engine.ts';

async function load(change: Partial<RuleDefinition>): Promise<void> {
  const rule = {
    ruleName: 'TestRule',
    sql: "SELECT * FROM 'a'",
    awsIotSqlVersion: '2016-03-23',
    actions: [{ lambda: { functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f' } }],
  };
  const { topicRules } = createRulesEngine({
    ...ruleTargets,
    clock: systemClock,
    accountId: '000000000000',
    region: 'us-east-1',
    log: silentLog,
  });
  await topicRules.put(ruleResource({ ...rule, ...change }));
}

async function refusal(change: Partial<RuleDefinition>): Promise<RuleError> {
  try {
    await load(change);
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('SQL that is refused when rules are loaded', () => {
  it.each([
    ["SELECT a -- b\nFROM 'x'", 9, 'no comments'],
    ["SELECT a /* b */ FROM 'x'", 9, 'no comments'],
    ["SELECT a FROM 'x' WHERE a != 1", 26, 'write <>'],
    ["SELECT a FROM 'x' WHERE a IN (1, 2)", 26, 'IN is not an operator'],
    ["SELECT a FROM 'x' WHERE EXISTS (SELECT b FROM c)", 24, 'EXISTS is not documented'],
    ["SELECT a[0] AS b FROM 'x'", 8, 'get(array, i)'],
    ["SELECT topic() FROM 'x'", 7, 'write expression AS name'],
    ["SELECT (SELECT a + 1 FROM e) AS b FROM 'x'", 15, 'write expression AS name'],
    ["SELECT nosuch(a) AS b FROM 'x'", 7, 'nosuch is not a function'],
    ["SELECT get(a, *) AS b FROM 'x'", 7, 'takes no * there'],
    ["SET @m = 'enrichArray' SELECT transform(@m, a, b) AS b FROM 'x'", 30, 'takes no variable'],
    ["SELECT get_secret('s', 'SecretString', 'arn:r') AS b FROM 'x'", 7, "get_secret can't be run here"],
    ["SELECT 1E1000 AS b FROM 'x'", 7, 'the largest number'],
    ["SELECT decode(a, 'proto', 'b', 'c', 'd', 'e') AS b FROM 'x'", 7, "only decode(value, 'base64')"],
    ["SELECT encode(a, 'hex') AS b FROM 'x'", 7, "must be 'base64'"],
    ["SELECT device-id FROM 'x'", 7, "get(*, 'a-b') AS name for a key with a hyphen"],
    ["SELECT upper(*) AS b FROM 'x'", 7, 'takes no *'],
    ["SELECT upper(a, b) AS b FROM 'x'", 7, 'takes 1 arguments, not 2'],
    ["SELECT cast(a AS Date) AS b FROM 'x'", 7, 'cast to date'],
    ["SELECT regexp_matches(a, '(?x)x') AS b FROM 'x'", 7, '(?x'],
    ["SELECT regexp_matches(a, 'x++') AS b FROM 'x'", 7, '++'],
    ["SELECT regexp_matches(a, '(') AS b FROM 'x'", 7, 'not a regular expression'],
    ["SELECT parse_time('yyyy', 0) AS b FROM 'x'", 7, "parse_time can't be run here"],
    ["SELECT @x AS b FROM 'x'", 7, '@x is not set'],
    ["SELECT a FROM 'x/#/y'", undefined, 'not valid'],
    ["SELECT CASE WHEN a THEN b END AS c FROM 'x'", 7, 'CASE needs a value'],
    ["SELECT a FROM 'x' GROUP BY a", 18, 'the end of the statement'],
  ])('%s', async (sql, position, message) => {
    const error = await refusal({ sql });

    expect(error.message).toContain(message);
    expect(error.message).toMatch(
      position === undefined ? /^Rule TestRule: / : `Rule TestRule, position ${position}: `,
    );
    expect(error.position).toBe(position);
  });

  it.each([undefined, '2015-10-08', 'beta'])(
    'another version than 2016-03-23: %s',
    async (awsIotSqlVersion) => {
      const { message } = await refusal({ awsIotSqlVersion } as Partial<RuleDefinition>);
      expect(message).toContain("set AwsIotSqlVersion to '2016-03-23'");
    },
  );

  it('what is expected in its place has nothing in it that is refused', async () => {
    const { message } = await refusal({ sql: "SELECT FROM 'x'" });

    expect(message).toContain('a value');
    expect(message).not.toContain('EXISTS');
  });

  it('also of a disabled rule', async () => {
    expect((await refusal({ sql: 'nonsense', ruleDisabled: true })).message).toContain('TestRule');
  });
});
