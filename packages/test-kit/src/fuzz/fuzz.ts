import { jest } from '@jest/globals';
import fc from 'fast-check';
import { TEST_SEED } from '../seed.ts';
import { ENTRIES, type Entry } from './entries.ts';
import { havePrototypesGrown, takeChangesOfPrototypes } from './prototypes.ts';

/** FUZZ_SCALE=n tries n times as many cases; `npm run test:soak` does. */
const FUZZ_SCALE = Number(process.env['FUZZ_SCALE'] ?? 1);

const TIMEOUT_MS = 60_000;
/** A case that takes longer hangs: nothing that is tried here waits for anything. */
const CASE_TIMEOUT_MS = 20_000;

/** Most cases end in an error, and the test runner's long stacks cost more than the code that is tried. */
Error.stackTraceLimit = 10;
jest.setTimeout(TIMEOUT_MS * Math.max(1, FUZZ_SCALE));

/** How many cases ended how. */
export type Tally = Readonly<Record<string, number>>;

const casesOf = (entry: Entry): number => Math.ceil(ENTRIES[entry] * FUZZ_SCALE);

function expectPrototypes(): void {
  const changes = takeChangesOfPrototypes();
  if (changes.length > 0)
    throw new Error(`A case has changed what all objects inherit: ${changes.join(', ')}`);
}

/** Whoever tries more cases than the tests do waits for long, and wants to see what for. */
function report(entry: Entry, tally: Tally, { user, system }: NodeJS.CpuUsage): void {
  const msEach = ((user + system) / 1000 / casesOf(entry)).toFixed(2);
  process.stderr.write(`${entry}: ${casesOf(entry)} cases, ${msEach} ms each: ${JSON.stringify(tally)}\n`);
}

/**
 * Tries an entry's share of cases. `run` looks at how a case ends and says it in a word: `accepted`, `deadLettered`, or
 * the name of the error that it is rejected with; it throws when a case ends in any other way.
 * @returns how many cases ended how, for the test to see that it has got to where it wants to
 * @throws Error with the seed and the smallest case that fails
 */
export async function fuzz<T>(
  entry: Entry,
  arbitrary: fc.Arbitrary<T>,
  run: (value: T) => string | Promise<string>,
): Promise<Tally> {
  const tally = new Map<string, number>();
  const property = fc.asyncProperty(arbitrary, async (value) => {
    const end = await run(value);
    tally.set(end, (tally.get(end) ?? 0) + 1);
    if (havePrototypesGrown()) expectPrototypes();
  });
  const before = process.cpuUsage();
  const options = { numRuns: casesOf(entry), seed: TEST_SEED, timeout: CASE_TIMEOUT_MS };
  try {
    await fc.assert(property, options);
    expectPrototypes();
  } catch (error) {
    throw new Error(`${entry}: repeat it with TEST_SEED=${TEST_SEED}`, { cause: error });
  }
  const ends = Object.fromEntries(tally);
  if (process.env['FUZZ_SCALE'] !== undefined) report(entry, ends, process.cpuUsage(before));
  return ends;
}
