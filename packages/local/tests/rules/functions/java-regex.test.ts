import { describe, expect, it } from '@jest/globals';
import { javaRegex, replaceAllAsJava } from '../../../src/rules/functions/java-regex.ts';

/** The first match, as `Matcher.find` would have it. */
function find(pattern: string, text: string): string | undefined {
  const compiled = javaRegex(pattern);
  if (compiled.kind !== 'regex') throw new Error(`${pattern} is ${compiled.kind}`);
  return compiled.regexFor(text).exec(text)?.[0];
}

const DOCS = 'https://docs.oracle.com/en/java/javase/11/docs/api/java.base/java/util/regex/Pattern.html';

describe(`regular expressions of Java (${DOCS})`, () => {
  it.each([
    ['a.c', 'abc', 'abc'],
    ['a.c', 'a\u0085c', undefined],
    ['(?s)a.c', 'a\nc', 'a\nc'],
    ['(?s:a.)c.', 'a\nc\n', undefined],
    ['((?s)a.)c.', 'a\nc\n', undefined],
    ['c$', 'abc', 'c'],
    ['c$', 'abc\n', 'c'],
    ['c$', 'abc\r\n', 'c'],
    ['c$', 'abc\n\n', undefined],
    ['c\\Z', 'abc\n', 'c'],
    ['c\\z', 'abc\n', undefined],
    ['c\\z', 'abc', 'c'],
    ['\\Aa', 'aa', 'a'],
    ['(?m)^b$', 'a\nb\nc', 'b'],
    ['^b$', 'a\nb\nc', undefined],
    ['(?i)ABC', 'xabc', 'abc'],
    ['(?i)a|B', 'b', 'b'],
    ['(?i)(?s)A.', 'xa\n', 'a\n'],
    ['a(?i:B)c', 'abc', 'abc'],
    ['a(?i:B)c', 'abC', undefined],
    ['(?i)a(?-i:B)c', 'ABC', 'ABC'],
    ['(?i)a(?-i:B)c', 'AbC', undefined],
    ['\\s', '\u00a0', undefined],
    ['\\s', '\u000b', '\u000b'],
    ['\\S', '\u00a0', '\u00a0'],
    ['[\\s\\S]+', 'a \n', 'a \n'],
    ['[\\s,]+', 'a ,b', ' ,'],
    ['\\h+', 'a \t\u00a0b', ' \t\u00a0'],
    ['\\v', 'a\u2028', '\u2028'],
    ['\\R', 'a\r\nb', '\r\n'],
    ['\\Qa.b*\\E+', 'a.b**', 'a.b**'],
    ['\\Qa.b', 'xa.b', 'a.b'],
    ['\\p{Alpha}+', 'é1abc', 'abc'],
    ['[\\p{Upper}\\d]+', 'abC1', 'C1'],
    ['\\P{Digit}', '1a', 'a'],
    ['\\p{L}+', '1éa', 'éa'],
    ['\\pL', '1é', 'é'],
    ['\\p{IsLatin}', 'яa', 'a'],
    ['\\p{IsAlphabetic}', '1я', 'я'],
    ['\\p{script=Cyrillic}', 'aя', 'я'],
    ['\\0101', 'A', 'A'],
    ['\\x{1F600}', '😀', '😀'],
    ['\\x41\\u0042', 'AB', 'AB'],
    ['\\e\\a', '\u001b\u0007', '\u001b\u0007'],
    ['a\\_b\\-c\\/', 'a_b-c/', 'a_b-c/'],
    ['a]b}', 'a]b}', 'a]b}'],
    ['[]a]+', ']a', ']a'],
    ['[^]a]', ']b', 'b'],
    ['[a\\]]+', 'a]', 'a]'],
    ['(?<year>\\d{4})-\\k<year>', '2020-2020', '2020-2020'],
    ['(a)\\1', 'aa', 'aa'],
    ['a{2,3}?', 'aaa', 'aa'],
    ['(?<=a)b(?!c)', 'abd', 'b'],
    ['^[^/+#]{1,128}$', 'client-1', 'client-1'],
    ['.', '😀', '😀'],
  ])('%s in %j is %j', (pattern, text, match) => {
    expect(find(pattern, text)).toBe(match);
  });

  it.each([
    'x++',
    'x{2}+',
    '(?>x)',
    'a(?i)b',
    '(?x) a',
    '[a[b]]',
    '[a-z&&[^b]]',
    '[\\H]',
    '[\\P{Alpha}]',
    '[\\Qa\\E]',
    '\\Gx',
    '\\X',
    '\\N{DIGIT ONE}',
    '\\p{InGreek}',
    '\\b{g}',
  ])('%s is told apart: only Java has it', (pattern) => {
    expect(javaRegex(pattern).kind).toBe('javaOnly');
  });

  it.each(['(', 'a)', '[a', '*a', '{1}', '(?<1>a)', 'a{2', 'a{3,2}'])('%s is none', (pattern) => {
    expect(['invalid', 'javaOnly']).toContain(javaRegex(pattern).kind);
  });
});

describe('replacements of Java (https://docs.oracle.com/en/java/javase/11/docs/api/java.base/java/util/regex/Matcher.html)', () => {
  it.each([
    ['b(.*)d', 'abcd', '$1', 'ac'],
    ['(b)(c)', 'abcd', '$2$1', 'acbd'],
    ['(b)', 'abcd', '$10', 'ab0cd'],
    ['(b)', 'abcd', '$0$0', 'abbcd'],
    ['(?<x>b)', 'abcd', '[${x}]', 'a[b]cd'],
    ['b', 'abcd', '\\$1', 'a$1cd'],
    ['(b)|(c)', 'abcd', '<$2>', 'a<><c>d'],
    ['b', 'abcd', '$1', undefined],
    ['b', 'abcd', '${x}', undefined],
    ['b', 'abcd', '$', undefined],
    ['b', 'abcd', '\\', undefined],
  ])('%s in %s by %s', (pattern, text, replacement, result) => {
    const compiled = javaRegex(pattern);
    if (compiled.kind !== 'regex') throw new Error(compiled.kind);
    expect(replaceAllAsJava(text, compiled.regexFor(text), replacement)).toBe(result);
  });
});
