import { describe, expect, it } from '@jest/globals';
import { isTooDeepJson, MAX_JSON_DEPTH } from '../../src/protocol/json.ts';

const nested = (depth: number, inner = '') =>
  `${'{"a":['.repeat(depth / 2)}${inner}${']}'.repeat(depth / 2)}`;

describe('the depth of JSON', () => {
  it('may be a thousand, as text or as bytes', () => {
    const texts = [nested(MAX_JSON_DEPTH), nested(MAX_JSON_DEPTH, '[]')];
    expect(texts.map(isTooDeepJson)).toEqual([false, true]);
    expect(texts.map((text) => isTooDeepJson(Buffer.from(text)))).toEqual([false, true]);
  });

  it('does not count what is next to each other, or is in a text', () => {
    const wide = `[${'[],{},'.repeat(5_000)}0]`;
    const quoted = JSON.stringify(['[{'.repeat(5_000), `\\"${'['.repeat(5_000)}`, '\\']);
    expect([wide, quoted].map(isTooDeepJson)).toEqual([false, false]);
  });

  it('is found behind texts with quotes and backslashes', () => {
    const text = `[${JSON.stringify('\\"]')},${nested(MAX_JSON_DEPTH)}]`;
    expect(isTooDeepJson(text)).toBe(true);
  });

  it('is told of what is cut off', () => {
    expect(isTooDeepJson('['.repeat(5_000))).toBe(true);
    expect(isTooDeepJson(`"${'['.repeat(5_000)}`)).toBe(false);
  });
});
