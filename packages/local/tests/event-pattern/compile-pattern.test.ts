import { describe, expect, it } from '@jest/globals';
import { PatternError } from '../../src/event-pattern/compile-matcher.ts';
import { compilePattern } from '../../src/event-pattern/compile-pattern.ts';

const matches = (pattern: object, event: unknown) => compilePattern(JSON.stringify(pattern))(event);

const record = {
  eventName: 'MODIFY',
  userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  dynamodb: {
    SizeBytes: 40,
    NewImage: { id: { S: 'Order-7' }, paid: { BOOL: true }, note: { NULL: true }, price: { N: '40' } },
    Keys: { id: { S: 'Order-7' } },
  },
  list: ['red', 'green'],
  empty: '',
  nothing: null,
  parts: [
    { kind: 'a', size: 1 },
    { kind: 'b', size: 2 },
  ],
};

const cases: readonly (readonly [why: string, pattern: object, isMatch: boolean])[] = [
  ['a value', { eventName: ['MODIFY'] }, true],
  ['one of several values', { eventName: ['INSERT', 'MODIFY'] }, true],
  ['another value', { eventName: ['REMOVE'] }, false],
  ['values of one type alone', { dynamodb: { SizeBytes: ['40'] } }, false],
  ['a nested field', { dynamodb: { NewImage: { id: { S: ['Order-7'] } } } }, true],
  ['every field', { eventName: ['MODIFY'], dynamodb: { SizeBytes: [41] } }, false],
  ['a boolean', { dynamodb: { NewImage: { paid: { BOOL: [true] } } } }, true],
  ['the empty text', { empty: [''] }, true],
  ['null', { nothing: [null] }, true],
  ['null is not what is absent', { absent: [null] }, false],
  ['any value of a list', { list: ['green'] }, true],
  ['a list of objects, in one of them', { parts: { kind: ['a'], size: [1] } }, true],
  ['a list of objects, not across them', { parts: { kind: ['a'], size: [2] } }, false],
  ['exists', { dynamodb: { NewImage: { id: { S: [{ exists: true }] } } } }, true],
  ['exists not', { dynamodb: { OldImage: { id: { S: [{ exists: false }] } } } }, true],
  ['exists not, where it does', { eventName: [{ exists: false }] }, false],
  ['exists holds for leaves alone', { dynamodb: { NewImage: { id: [{ exists: true }] } } }, false],
  ['prefix', { dynamodb: { Keys: { id: { S: [{ prefix: 'Order-' }] } } } }, true],
  ['prefix with case', { dynamodb: { Keys: { id: { S: [{ prefix: 'order-' }] } } } }, false],
  ['suffix', { dynamodb: { Keys: { id: { S: [{ suffix: '-7' }] } } } }, true],
  ['equals-ignore-case', { eventName: [{ 'equals-ignore-case': 'modify' }] }, true],
  ['anything-but', { eventName: [{ 'anything-but': ['INSERT', 'REMOVE'] }] }, true],
  ['anything-but what it is', { eventName: [{ 'anything-but': 'MODIFY' }] }, false],
  ['anything-but needs a value', { absent: [{ 'anything-but': 'x' }] }, false],
  ['numeric', { dynamodb: { SizeBytes: [{ numeric: ['=', 40] }] } }, true],
  ['a range', { dynamodb: { SizeBytes: [{ numeric: ['>', 0, '<=', 40] }] } }, true],
  ['outside of a range', { dynamodb: { SizeBytes: [{ numeric: ['>=', 0, '<', 40] }] } }, false],
  [
    "DynamoDB's numbers are texts",
    { dynamodb: { NewImage: { price: { N: [{ numeric: ['=', 40] }] } } } },
    false,
  ],
  ['an alternative', { $or: [{ eventName: ['REMOVE'] }, { dynamodb: { SizeBytes: [40] } }] }, true],
  ['no alternative', { $or: [{ eventName: ['REMOVE'] }, { dynamodb: { SizeBytes: [41] } }] }, false],
  [
    'a nested alternative',
    { dynamodb: { $or: [{ SizeBytes: [1] }, { Keys: { id: { S: ['Order-7'] } } }] } },
    true,
  ],
  ['fields of every object', { constructor: [{ exists: true }] }, false],
  [
    'what is removed by TTL',
    { userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] } },
    true,
  ],
];

const refused: readonly (readonly [text: string, message: string])[] = [
  ['{"a":', 'is not JSON'],
  ['["a"]', 'must be a JSON object'],
  ['{"a":"b"}', 'a must be a list of values, or an object with fields'],
  ['{"a":{}}', 'a must be a list of values, or an object with fields'],
  ['{"a":{"b":[]}}', 'a.b is an empty list'],
  ['{"a":[{"wildcard":"*"}]}', 'a has the operator wildcard: the laptop runtime knows anything-but, equals'],
  ['{"a":[{"cidr":"10.0.0.0/8"}]}', 'a has the operator cidr'],
  ['{"a":[{"prefix":"b","suffix":"c"}]}', 'a must list values, or objects with one operator each'],
  ['{"a":[{}]}', 'a must list values'],
  ['{"a":[["b"]]}', 'a must list values'],
  ['{"a":[{"prefix":{"equals-ignore-case":"b"}}]}', 'a: prefix must be a text'],
  ['{"a":[{"anything-but":{"prefix":"b"}}]}', 'a: anything-but must be a text, a number, or a list of them'],
  ['{"a":[{"anything-but":[]}]}', 'a: anything-but must be'],
  ['{"a":[{"exists":"true"}]}', 'a: exists must be true or false'],
  ['{"a":[{"equals-ignore-case":1}]}', 'a: equals-ignore-case must be a text'],
  ['{"a":[{"numeric":[">"]}]}', 'a: numeric must be a list such as'],
  ['{"a":[{"numeric":["!=",1]}]}', 'a: numeric compares by =, <, <=, >, >= with a number'],
  ['{"a":[{"numeric":["constructor",1]}]}', 'a: numeric compares by'],
  ['{"a":[{"numeric":["=","1"]}]}', 'a: numeric compares by'],
  ['{"$or":[{"a":[1]}]}', '$or must be a list of two patterns or more'],
];

describe('an event pattern', () => {
  it.each(cases)('matches or not: %s', (_, pattern, isMatch) => {
    expect(matches(pattern, record)).toBe(isMatch);
  });

  it('matches everything when it asks for nothing', () => {
    expect(matches({}, record)).toBe(true);
  });

  it.each(refused)('is refused with a reason: %s', (text, message) => {
    expect(() => compilePattern(text)).toThrow(PatternError);
    expect(() => compilePattern(text)).toThrow(message);
  });
});
