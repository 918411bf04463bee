import { readFileSync } from 'node:fs';
import { brokenBytes, nastyJson } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyDeviceId, nastyValue } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { endOf, withinCaseTime } from '@device-lifecycle/test-kit/fuzz/within-time.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkStatement } from '../../src/rules/check-statement.ts';
import {
  compileStatement,
  compileTemplate,
  type EvaluateStatement,
} from '../../src/rules/compile-statement.ts';
import { ExactNumber } from '../../src/rules/numbers.ts';
import { parseStatement, parseTemplate } from '../../src/rules/parse-sql.ts';
import type { MessageContext } from '../../src/rules/scope.ts';
import { brokenStatement } from './rule-sql.ts';

const ERRORS = ['RuleError', 'RuleEvaluationError'];

/** The statements of the template. */
const OWN = [...readFileSync('resources/rules.yml', 'utf8').matchAll(/ {8}Sql: >-\n((?: {10}.*\n)+)/g)].map(
  ([, sql = '']) => sql.replace(/\s+/g, ' ').trim(),
);

const compile = (sql: string): EvaluateStatement => {
  const statement = parseStatement(sql);
  checkStatement(statement);
  return compileStatement(statement);
};

const messageOf = (payload: Uint8Array, clientId: string, topic: string): MessageContext => ({
  topic,
  clientId,
  payload: Buffer.from(payload),
  principal: undefined,
  sourceIp: '192.0.2.7',
  traceId: 't',
  timestampMs: 1_481_825_251_155,
  accountId: '123456789012',
});

/** A name is a name: none of them gives a result another prototype. */
function assertPlain(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  if (value instanceof ExactNumber) return;
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error('The result has another prototype.');
}

/** As it goes to an action: what a function or a queue gets. */
function deliver(evaluate: EvaluateStatement, message: MessageContext): string {
  const selected = withinCaseTime(() => evaluate(message))?.selected;
  if (selected === undefined) return 'not matched';
  if (selected.kind === 'bytes') return 'bytes';
  assertPlain(selected.value);
  return withinCaseTime(() => JSON.stringify(selected.value)) === undefined ? 'nothing' : 'json';
}

const topicTemplate = compileTemplate(parseTemplate('x/${topic()}'), []);

/** What a rule with one action does, but for the action. */
function run(evaluate: EvaluateStatement, message: MessageContext): void {
  const evaluation = evaluate(message);
  if (evaluation === undefined) return;
  if (evaluation.selected.kind === 'json') JSON.stringify(evaluation.selected.value);
  topicTemplate(evaluation.scope);
}

describe(`rules (TEST_SEED=${TEST_SEED})`, () => {
  it('of the template take any payload, from any client, as it was sent', async () => {
    expect(OWN).toHaveLength(6);
    const own = OWN.map((sql) => compile(sql));
    const cases = fc.tuple(fc.nat(own.length - 1), brokenBytes(nastyValue), nastyDeviceId, nastyDeviceId);
    const tally = await fuzz('runtime/own-rules', cases, ([index, payload, clientId, deviceId]) => {
      const message = messageOf(payload, clientId, `devices/${deviceId}/register`);
      const { selected } = own[index]?.(message) ?? {};
      if (selected === undefined) return 'not matched';
      if (selected.kind === 'bytes') throw new Error('bytes were selected');
      const sent = JSON.parse(JSON.stringify(selected.value));
      expect(sent).toMatchObject({ clientId, topic: message.topic });
      expect(Object.values(sent)).toContain(message.payload.toString('base64'));
      return 'selected';
    });
    expect(Object.keys(tally).toSorted()).toEqual(['not matched', 'selected']);
  });

  it('that look into payloads end, whatever is in there', async () => {
    const statements = [
      "SELECT * FROM 'a'",
      "SELECT *, topic() AS topic, a.b.c AS d.e FROM 'a'",
      "SELECT VALUE a FROM 'a'",
      "SET @p = * SELECT * AS all, @p.a AS a FROM 'a'",
      "SELECT (SELECT VALUE b FROM a) AS list, a = a AS same, length(a) AS n, a + 'x' AS text FROM 'a'",
      "SELECT a AS __proto__.polluted, a AS constructor.prototype.polluted, __proto__ AS x FROM 'a'",
      "SELECT trunc(a, 2) AS cut, a * 2 AS twice, cast(a AS int) AS whole FROM 'a'",
      "SELECT decode(a, 'base64') AS d FROM 'a'",
      "SELECT transform('enrichArray', a, b) AS t, get(a, a) AS g, concat(a, a) AS c, upper(a) AS u FROM 'a'",
    ].map((sql) => compile(sql));
    const named = nastyJson.map((text) => `{"a":${text},"b":[{}]}`);
    const cases = fc.tuple(fc.nat(statements.length - 1), fc.oneof(named, nastyJson));
    const tally = await fuzz('runtime/rule-payloads', cases, ([index, text]) => {
      const evaluate = statements[index] ?? fc.pre(false);
      let end = '';
      const name = endOf(() => {
        end = deliver(evaluate as EvaluateStatement, messageOf(Buffer.from(text), 'c', 'a'));
      }, ERRORS);
      return name === 'accepted' ? end : name;
    });
    expect(tally).toMatchObject({ json: expect.any(Number), bytes: expect.any(Number) });
    expect(tally['RuleEvaluationError']).toBeGreaterThan(0);
  });

  it('with any SQL are refused by name, or end', async () => {
    const payload = Buffer.from(
      '{"a":{"b":{"c":1}},"n":12345678901234567890.10,"e":1e999,"b":"2024-02-01 10:00","list":[{"a":1},2,null],"text":"aab","__proto__":{"x":1}}',
    );
    const tally = await fuzz('runtime/rule-sql', brokenStatement, (sql) =>
      endOf(() => {
        run(compile(sql), messageOf(payload, 'c', 'a/x/b'));
      }, ERRORS),
    );
    expect(tally).toMatchObject({ accepted: expect.any(Number), RuleError: expect.any(Number) });
  });
});
