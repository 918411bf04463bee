import type { Cloud } from './cloud.ts';
import {
  converge,
  convergeFromAll,
  type Operation,
  type Prepared,
  pairsOf,
  pointsOf,
  prepare,
  sample,
} from './matrix.ts';
import type { Point } from './processes.ts';
import { chosen, isExhaustive, randomOf, shareOf } from './settings.ts';

/** What was tried of an operation. */
export interface Tried {
  readonly name: string;
  /** Calls that leave its processes, from its beginning to rest. */
  readonly effects: number;
  /** Moments in which its processes leave something different behind. */
  readonly points: number;
  readonly tried: number;
  readonly pairs: number;
  readonly pairsTried: number;
  readonly prepared: Prepared;
}

/** Ends an operation at its points, and at pairs of them, as many as the settings say. */
export async function tryOperation(cloud: Cloud, operation: Operation): Promise<Tried> {
  const prepared = await prepare(cloud, operation);
  const effects = prepared.clean.fate.stretches[0] ?? [];
  const all = pointsOf(effects, false);
  const said = { name: operation.name, effects: effects.length, points: all.length, prepared };
  const only = chosen(operation);
  if (only !== undefined && only !== 'all') {
    await repeat(cloud, prepared, only);
    return { ...said, tried: 1, pairs: 0, pairsTried: 0 };
  }
  const random = randomOf(operation);
  const points = sample(all, shareOf('points', effects.length), random);
  const followed = await convergeFromAll(cloud, prepared, points);
  // Both sides of each effect, to see that those points do stand for all.
  if (isExhaustive) await convergeFromAll(cloud, prepared, pointsOf(effects, true));
  const pairs = pairsOf(followed);
  const chosenPairs = sample(pairs, shareOf('pairs', effects.length), random);
  for (const pair of chosenPairs) await converge(cloud, prepared, pair);
  return { ...said, tried: points.length, pairs: pairs.length, pairsTried: chosenPairs.length };
}

/** @throws Error also for a point that is not reached, since nothing would be repeated */
async function repeat(cloud: Cloud, prepared: Prepared, points: readonly Point[]): Promise<void> {
  const { fate } = await converge(cloud, prepared, points);
  const ends = fate.stretches.slice(0, -1).map((stretch) => stretch.at(-1)?.name);
  if (!fate.isFulfilled) throw new Error(`It was killed at ${ends.join(', ')} alone.`);
}

/** For docs/proof.md. */
export const tableOf = (tried: readonly Tried[]): string =>
  [
    '| operation | effects | points | pairs |',
    '|---|---|---|---|',
    ...tried.map(({ name, effects, points, pairs }) => `| ${name} | ${effects} | ${points} | ${pairs} |`),
  ].join('\n');
