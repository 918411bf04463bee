import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { broken, brokenBytes, nastyJson } from './broken.ts';
import { ENTRIES } from './entries.ts';
import { casesOf, FUZZ_SEED, fuzz } from './fuzz.ts';
import { nastyDeviceId, nastyString, nastyValue } from './malice.ts';

const ENTRY = 'support/itself';

/** What a careless program does with what it has parsed. */
function mergeCarelessly(target: Record<string, unknown>, source: unknown): void {
  if (typeof source !== 'object' || source === null) return;
  for (const [name, value] of Object.entries(source)) {
    const member = target[name];
    if (typeof member === 'object' && member !== null)
      mergeCarelessly(member as Record<string, unknown>, value);
    else target[name] = value;
  }
}

/** Of one seed, since with any there are some that do not have it. */
const finds = (arbitrary: fc.Arbitrary<unknown>, isIt: (value: unknown) => boolean): boolean =>
  fc.sample(arbitrary, { numRuns: 5_000, seed: 1 }).some(isIt);

describe(`the fuzzer (FUZZ_SEED=${FUZZ_SEED})`, () => {
  it('tries at least 100,000 cases in one run of the tests', () => {
    expect(Object.values<number>(ENTRIES).reduce((sum, cases) => sum + cases, 0)).toBeGreaterThanOrEqual(
      100_000,
    );
  });

  it('tries each of its cases, and counts how they end', async () => {
    const tally = await fuzz(ENTRY, fc.boolean(), (value) => (value ? 'accepted' : 'rejected'));
    expect(Object.keys(tally).toSorted()).toEqual(['accepted', 'rejected']);
    expect(Object.values(tally).reduce((sum, cases) => sum + cases)).toBe(casesOf(ENTRY));
  });

  it('fails with the seed when a case does, and names the smallest', async () => {
    const run = (value: number) => {
      if (value > 1_000) throw new TypeError('too much');
      return 'accepted';
    };
    await expect(fuzz(ENTRY, fc.nat(), run)).rejects.toMatchObject({
      message: `${ENTRY}: repeat it with FUZZ_SEED=${FUZZ_SEED}`,
      cause: { message: expect.stringContaining('Counterexample: [1001]') },
    });
  });

  it('fails when a case changes what all objects inherit', async () => {
    const texts = fc.constantFrom('{"a":1}', '{"__proto__":{"polluted":1}}');
    const run = (text: string) => {
      mergeCarelessly({}, JSON.parse(text));
      return 'accepted';
    };
    await expect(fuzz(ENTRY, texts, run)).rejects.toMatchObject({
      cause: { cause: { message: expect.stringContaining('Object.prototype has another "polluted"') } },
    });
    expect('polluted' in {}).toBe(false);
  });

  it.each<[string, fc.Arbitrary<unknown>, (value: unknown) => boolean]>([
    ['half a surrogate pair', nastyString, (value) => !String(value).isWellFormed()],
    ['the start of another line', nastyString, (value) => /\n./.test(String(value))],
    ['an escape sequence', nastyString, (value) => String(value).includes('\u001b[')],
    ['the id of a guard', nastyDeviceId, (value) => /^serialNumber#/.test(String(value))],
    ['a member named __proto__', nastyValue, (value) => Object.hasOwn(Object(value), '__proto__')],
    ['JSON that is too deep for a stack', nastyJson, (value) => String(value).startsWith('['.repeat(10_000))],
    ['JSON that pollutes', nastyJson, (value) => String(value).startsWith('{"__proto__":{"polluted"')],
    ['bytes that are no UTF-8', brokenBytes(nastyValue), (value) => !isUtf8(value as Uint8Array)],
    ['a good value', broken(fc.constant({ a: 1 })), (value) => JSON.stringify(value) === '{"a":1}'],
    [
      'a value with a member missing',
      broken(fc.constant({ a: 1 })),
      (value) => JSON.stringify(value) === '{}',
    ],
  ])('makes %s', (_, arbitrary, isIt) => {
    expect(finds(arbitrary, isIt)).toBe(true);
  });
});

function isUtf8(bytes: Uint8Array): boolean {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes) !== undefined;
  } catch {
    return false;
  }
}
