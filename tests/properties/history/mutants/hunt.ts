/**
 * Plays rounds with one mutant after the other, until a check finds something that it does not find without the mutant.
 * Prints a line of JSON for each: { name, seed, check, what }, without a check where no round shows it.
 * Usage: node hunt.ts [ROUNDS [NAME…]]
 */
import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import type * as trial from '../trial.ts';
import { tryRound } from '../trial.ts';
import { MUTANTS } from './mutants.ts';
import { importMutated, loadMutants, type Mutant } from './mutation.ts';

const [rounds = '100', ...names] = process.argv.slice(2);

/** Whether the code as it stands has nothing wrong in a round, by its seed. */
const clean = new Map<number, boolean>();

async function isClean(seed: number, endpoint: string): Promise<boolean> {
  const isKnown = clean.get(seed);
  if (isKnown !== undefined) return isKnown;
  const isFine = (await tryRound(seed, endpoint)) === undefined;
  clean.set(seed, isFine);
  return isFine;
}

async function hunt(mutant: Mutant, endpoint: string): Promise<object> {
  const mutated = (await importMutated('../trial.ts', mutant)) as typeof trial;
  for (let round = 0; round < Number(rounds); round += 1) {
    const seed = mutant.seed + round;
    const finding = await mutated.tryRound(seed, endpoint);
    if (finding !== undefined && (await isClean(seed, endpoint)))
      return { name: mutant.name, seed, ...finding };
  }
  return { name: mutant.name };
}

loadMutants(MUTANTS);
const engine = await startDynoxide();
try {
  for (const mutant of MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    process.stdout.write(`${JSON.stringify(await hunt(mutant, engine.endpoint))}\n`);
  }
} finally {
  await engine.stop();
}
