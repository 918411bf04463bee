import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findStorageProblem, storedBytes } from '../../../shared/domain/attributes.ts';

const nested = (levels: number): unknown => (levels === 0 ? 'core' : [nested(levels - 1)]);

describe('attributes', () => {
  it('come back from DynamoDB’s format as they went, whenever nothing is said against them', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), (value) => {
        const attributes = { value: JSON.parse(JSON.stringify(value)) };
        fc.pre(findStorageProblem(attributes) === undefined);
        expect(JSON.stringify(unmarshall(marshall(attributes)))).toBe(JSON.stringify(attributes));
      }),
    );
  });

  it.each([
    ['an integer beyond the safe ones', 2 ** 53, 'holds a number that loses digits'],
    ['a number too small for DynamoDB', 1e-200, 'holds a number that loses digits'],
    ['half a character', '\ud83d', 'holds text that is no Unicode'],
    ['half a character in a name', { '\ud83d': 1 }, 'holds text that is no Unicode'],
    ['a member that would vanish', JSON.parse('{"__proto__": {"x": 1}}'), 'has a member named "__proto__"'],
    ['a member without a name', { '': 1 }, 'has a member whose name is not 1 to 128 characters long'],
    [
      'a member with a long name',
      { ['n'.repeat(129)]: 1 },
      'has a member whose name is not 1 to 128 characters long',
    ],
    ['a member that would be misread', { constructor: { name: 'Set' } }, 'has a member named "constructor"'],
  ])('are refused with %s', (_, value, problem) => {
    expect(findStorageProblem({ deep: [{ value }] })).toBe(problem);
  });

  it.each([0, -0, 0.1, 2 ** 53 - 1, -(2 ** 53 - 1), 1e-130, 'grüße 😀', '', null, true, [], {}])(
    'may hold %p',
    (value) => {
      expect(findStorageProblem({ value })).toBeUndefined();
    },
  );

  it('may nest sixteen levels deep and no deeper', () => {
    expect(findStorageProblem({ value: nested(15) })).toBeUndefined();
    expect(findStorageProblem({ value: nested(16) })).toBe('nests deeper than 16 levels');
  });

  it('are looked through without running out of stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(60_000)}${']'.repeat(60_000)}`);
    expect(findStorageProblem({ deep })).toBe('nests deeper than 16 levels');
  });

  it('are counted as DynamoDB counts them, overheads included', () => {
    expect(storedBytes({})).toBe(3);
    expect(storedBytes({ name: 'grüße' })).toBe(3 + 1 + 4 + 7);
    expect(storedBytes([[], [], null, true])).toBe(3 + 4 + 4 + 2 + 2);
    expect(storedBytes({ n: 12345 })).toBe(3 + 1 + 1 + 4);
  });
});
