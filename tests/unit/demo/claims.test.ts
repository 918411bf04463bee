import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import { createClaims } from '../../../demo/claims.ts';

function createSaid() {
  const said: string[] = [];
  return { said, claims: createClaims((line) => said.push(line)) };
}

describe('a claim', () => {
  it('is said and counted when it holds', () => {
    const { said, claims } = createSaid();
    claims.claim('two is two', () => assert.equal(2, 2));
    expect(said).toEqual(['  ✓ two is two']);
    expect(claims.count).toBe(1);
  });

  it('that does not hold is said with both values, and ends the story', () => {
    const { said, claims } = createSaid();
    const check = () => assert.deepEqual({ id: 'a', version: 1 }, { id: 'a', version: 2 });
    expect(() => claims.claim('nothing has changed', check)).toThrow(
      expect.objectContaining({ name: 'ClaimError' }),
    );
    expect(said).toEqual([
      '  ✗ nothing has changed',
      "      expected { id: 'a', version: 2 }",
      "      actual   { id: 'a', version: 1 }",
    ]);
    expect(claims.count).toBe(0);
  });

  it('whose check is broken is not taken for one that does not hold', () => {
    const { said, claims } = createSaid();
    const broken = new RangeError('broken');
    expect(() =>
      claims.claim('anything', () => {
        throw broken;
      }),
    ).toThrow(broken);
    expect(said).toEqual([]);
  });
});
