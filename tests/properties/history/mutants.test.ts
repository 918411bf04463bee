import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { MUTANTS } from './mutants/mutants.ts';
import { mutate } from './mutants/mutation.ts';

const HUNT = new URL('./mutants/hunt.ts', import.meta.url).pathname;
/** From the seed on that has shown it before: the code that a mutant is made of changes, and with it the way of a round. */
const MAX_ROUNDS = 150;
const SLOWEST_MS = 600_000;

interface Catch {
  readonly name: string;
  readonly seed?: number;
  readonly check?: string;
  readonly what?: string;
}

describe('a fault of ours in the store is found by the histories', () => {
  let caught: ReadonlyMap<string, Catch>;

  beforeAll(async () => {
    const args = ['--disable-warning=ExperimentalWarning', HUNT, String(MAX_ROUNDS)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const catches = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Catch);
    caught = new Map(catches.map((one) => [one.name, one]));
    for (const { name, check, seed, what } of catches) {
      process.stdout.write(`${name}: ${check} (seed ${seed}): ${what?.slice(0, 120)}\n`);
    }
  }, SLOWEST_MS);

  it.each(MUTANTS)('$name', ({ name }) => {
    expect(caught.get(name)).toMatchObject({ name, check: expect.any(String) });
  });
});

describe('a mutant', () => {
  it.each(MUTANTS)('has its text in the code once: $name', async (mutant) => {
    const source = await readFile(new URL(`../../../${mutant.file}`, import.meta.url), 'utf8');
    expect(mutate(source, mutant)).not.toBe(source);
  });

  it('that the code has outgrown is an error', () => {
    const [mutant] = MUTANTS;
    if (mutant === undefined) throw new Error('There are no mutants.');
    expect(() => mutate('', mutant)).toThrow(/has its text 0 times/);
    expect(() => mutate(mutant.text + mutant.text, mutant)).toThrow(/has its text 2 times/);
  });
});
