import { mulberry32 } from '@device-lifecycle/local/faults/fault-plan.ts';

/** Numbers that look random and follow from a seed. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Each choice as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T;
}

export function createRandom(seed: number): Random {
  const next = mulberry32(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  function weighted<T>(choices: readonly (readonly [number, T])[]): T {
    let rest = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, choice] of choices) {
      rest -= weight;
      if (rest < 0) return choice;
    }
    throw new Error('There is nothing to choose from.');
  }
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (choices) => weighted(choices.map((choice) => [1, choice] as const)),
    weighted,
  };
}
