import { expect, it } from '@jest/globals';
import { playRound } from './campaign/round.ts';

/**
 * FAULT_SEED=n plays that round alone. The seed gives the faults and what is asked for; who is first, the machine.
 * `npm run test:soak` plays more, from a seed of chance on.
 */
const { FAULT_SEED, FAULT_ROUNDS } = process.env;
const FIRST_SEED = FAULT_ROUNDS === undefined ? 101 : Math.floor(Math.random() * 2 ** 30);
const SEEDS =
  FAULT_SEED === undefined
    ? Array.from({ length: Number(FAULT_ROUNDS ?? 1) }, (_, round) => FIRST_SEED + 2 * round)
    : [Number(FAULT_SEED)];

it.each(SEEDS)(
  'a whole stack keeps its promises through faults, a kill and a restart (FAULT_SEED=%i)',
  async (seed) => {
    const { problems, seen } = await playRound(seed);
    expect(problems).toEqual([]);
    // Else nothing was tried.
    expect(seen['registered']).toBeGreaterThan(0);
    expect(seen['decommissioned']).toBeGreaterThan(0);
  },
  240_000,
);
