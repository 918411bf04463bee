import { describe, expect, it } from '@jest/globals';
import { PatternError } from '../../src/event-pattern/compile-matcher.ts';
import { compilePattern } from '../../src/event-pattern/compile-pattern.ts';

const matches = (matcher: unknown, event: unknown) =>
  compilePattern(JSON.stringify({ value: [matcher] }), 'eventBridge')(event);

/** A value `[]` stands for none. */
const cases: readonly (readonly [matcher: unknown, value: unknown, isMatch: boolean])[] = [
  [{ prefix: { 'equals-ignore-case': 'ORD' } }, 'order-7', true],
  [{ prefix: { 'equals-ignore-case': 'ORD' } }, 'an order', false],
  [{ suffix: { 'equals-ignore-case': '.PNG' } }, 'a.png', true],
  [{ suffix: { 'equals-ignore-case': '.PNG' } }, 'png', false],
  [{ wildcard: 'a*c' }, 'abbc', true],
  [{ wildcard: 'a*c' }, 'ac', true],
  [{ wildcard: 'a*c' }, 'abcd', false],
  [{ wildcard: 'a*c' }, 'a', false],
  [{ wildcard: 'a*ab*b' }, 'aab', false],
  [{ wildcard: '*/lib/*' }, 'usr/lib/x', true],
  [{ wildcard: '*/lib/*' }, 'usr/libs/x', false],
  [{ wildcard: '*ab*ab' }, 'xabyab', true],
  [{ wildcard: '*ab*ab' }, 'xab', false],
  [{ wildcard: 'plain' }, 'plain', true],
  [{ wildcard: '' }, '', true],
  [{ wildcard: '*' }, 'a\nb', true],
  [{ wildcard: '*' }, 7, false],
  [{ wildcard: 'a\\*b\\\\*' }, 'a*b\\c', true],
  [{ wildcard: 'a\\*b' }, 'axb', false],
  [{ wildcard: 'a.c' }, 'abc', false],
  [{ cidr: '10.0.0.0/24' }, '10.0.0.255', true],
  [{ cidr: '10.0.0.0/24' }, '10.0.1.0', false],
  [{ cidr: '0.0.0.0/0' }, '192.0.2.1', true],
  [{ cidr: '10.0.0.0/24' }, 'host', false],
  [{ cidr: '10.0.0.0/24' }, 10, false],
  [{ cidr: '2001:db8::/32' }, '2001:db8::1', true],
  [{ cidr: '2001:db8::/32' }, '2001:db9::1', false],
  [{ cidr: '::/0' }, '10.0.0.1', false],
  [{ 'anything-but': { prefix: 'us-' } }, 'eu-west-1', true],
  [{ 'anything-but': { prefix: 'us-' } }, 'us-east-1', false],
  [{ 'anything-but': { prefix: ['us-', 'eu-'] } }, 'eu-west-1', false],
  [{ 'anything-but': { prefix: ['us-', 'eu-'] } }, 'ap-east-1', true],
  [{ 'anything-but': { prefix: 'us-' } }, 7, true],
  [{ 'anything-but': { prefix: 'us-' } }, null, true],
  [{ 'anything-but': { prefix: 'us-' } }, [], false],
  [{ 'anything-but': { suffix: ['.png', '.jpg'] } }, 'a.jpg', false],
  [{ 'anything-but': { suffix: '.png' } }, 'a.jpg', true],
  [{ 'anything-but': { 'equals-ignore-case': ['On', 'off'] } }, 'OFF', false],
  [{ 'anything-but': { 'equals-ignore-case': 'on' } }, 'off', true],
  [{ 'anything-but': { wildcard: '*/lib/*' } }, 'usr/lib/x', false],
  [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }, 'usr/share/x', true],
  [{ 'anything-but': ['a', 1] }, 1, false],
];

const refused: readonly (readonly [matcher: unknown, message: string])[] = [
  [{ wildcard: 'a**' }, 'value: wildcard must not have two * in a row'],
  [{ wildcard: 'a\\b' }, 'value: wildcard may have a backslash before * and another backslash only'],
  [{ wildcard: 'a\\' }, 'value: wildcard may have a backslash'],
  [{ wildcard: 1 }, 'value: wildcard must be a text'],
  [{ cidr: '10.0.0.0' }, 'value: cidr must be a range of IP addresses'],
  [{ cidr: '10.0.0.0/33' }, 'value: cidr must be'],
  [{ cidr: '10.0.0/8' }, 'value: cidr must be'],
  [{ cidr: '2001:db8::/129' }, 'value: cidr must be'],
  [{ cidr: ['10.0.0.0/8'] }, 'value: cidr must be'],
  [{ prefix: { suffix: 'a' } }, 'value: prefix must be a text'],
  [{ prefix: { 'equals-ignore-case': 1 } }, 'value: prefix: equals-ignore-case must be a text'],
  [{ 'anything-but': { prefix: '' } }, 'value: anything-but must not exclude the empty text'],
  [{ 'anything-but': { prefix: 1 } }, 'value: anything-but: prefix must be a text or a list of texts'],
  [{ 'anything-but': { prefix: [] } }, 'value: anything-but: prefix must not be an empty list'],
  [{ 'anything-but': { prefix: 'a', suffix: 'b' } }, 'value: anything-but takes one of the operators'],
  [{ 'anything-but': { numeric: ['=', 1] } }, 'value: anything-but takes one of the operators'],
  [{ 'anything-but': {} }, 'value: anything-but takes one of the operators'],
  [{ 'anything-but': [null] }, 'value: anything-but must be a text, a number, or a list of them'],
  [
    { nothing: 1 },
    'value has the operator nothing: the laptop runtime knows anything-but, equals-ignore-case',
  ],
];

describe("an event pattern of EventBridge's", () => {
  it.each(cases)('%j, of %j: %s', (matcher, value, isMatch) => {
    expect(matches(matcher, { value })).toBe(isMatch);
  });

  it.each(refused)('is refused with a reason: %j', (matcher, message) => {
    expect(() => matches(matcher, {})).toThrow(PatternError);
    expect(() => matches(matcher, {})).toThrow(message);
  });

  it('can take time in proportion to the text at most', () => {
    const text = 'a'.repeat(200_000);

    expect(matches({ wildcard: `*${'a*'.repeat(20)}b` }, { value: text })).toBe(false);
  });
});
