import { describe, expect, it } from '@jest/globals';
import { RegexTimeoutError, withinTime } from '../src/bounded-regex.ts';

const test = (regex: RegExp, text: string) => withinTime(regex, text, () => regex.test(text));

describe('an expression that is watched', () => {
  it.each([
    [/^(a+)+$/u, 'aaaa'],
    [/(x|a)*b/u, 'aab'],
    [/^a.*b.*c$/u, 'a-b-c'],
  ])('%s answers as it would otherwise', (regex, text) => {
    expect([test(regex, text), test(regex, `${text}!`)]).toEqual([true, regex.test(`${text}!`)]);
  });

  it.each([
    [/^(a+)+$/u, 'a'.repeat(40)],
    [/^(?:a|a)(?:a|a)*$/u, 'a'.repeat(40)],
    [/a*a*a*a*a*b/u, 'a'.repeat(10_000)],
    [/(.*)\1\1\1\1\1\1\1b/iu, 'a'.repeat(4_000)],
  ])('%s ends once it has taken too long', (regex, text) => {
    expect(() => test(regex, `${text}!`)).toThrow(RegexTimeoutError);
  });

  it('has its own errors thrown', () => {
    const fail = () => {
      throw new RangeError('mine');
    };
    expect(() => withinTime(/(a+)+/, 'a', fail)).toThrow(new RangeError('mine'));
  });
});
