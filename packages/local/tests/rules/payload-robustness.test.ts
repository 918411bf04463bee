import { describe, expect, it } from '@jest/globals';
import { MAX_JSON_DEPTH } from '../../src/protocol/json.ts';
import { RuleEvaluationError } from '../../src/rules/rule-error.ts';
import { select, selectJson } from './evaluate.ts';

const nested = (depth: number) => Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);

describe('a payload that is meant to break a rule', () => {
  it('is no JSON where it is nested beyond reason', () => {
    const payload = nested(60_000);
    expect(select("SELECT * FROM 'a'", payload)).toEqual({ kind: 'bytes', bytes: payload });
    expect(selectJson("SELECT length(a) AS n, isUndefined(a) AS gone FROM 'a'", payload)).toEqual({
      gone: true,
    });
    const encoded = { a: nested(60_000).toString('base64') };
    expect(selectJson("SELECT length(decode(a, 'base64')) AS n FROM 'a'", encoded)).toEqual({ n: 120_006 });
  });

  it('is JSON as deep as JSON may be', () => {
    const selected = select("SELECT a = a AS same, length(a) AS n FROM 'a'", nested(MAX_JSON_DEPTH - 1));
    expect(selected).toEqual({ kind: 'json', value: { same: true, n: 2 * (MAX_JSON_DEPTH - 1) } });
  });

  it('is not evaluated where its regular expression does not end', () => {
    const payload = { text: `${'a'.repeat(40)}!`, pattern: '^(a+)+$' };
    expect(() => select("SELECT * FROM 'a' WHERE regexp_matches(text, pattern)", payload)).toThrow(
      RuleEvaluationError,
    );
  });
});
