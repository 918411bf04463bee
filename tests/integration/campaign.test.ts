import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { expect, it } from '@jest/globals';
import { playRound } from './campaign/round.ts';

/** `npm run test:soak` plays more. */
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);
/** A seed gives the requests of a round and its faults, those after its restart by the next; who is first, the machine. */
const SEEDS = Array.from({ length: ROUNDS }, (_, round) => TEST_SEED + 2 * round);

it.each(SEEDS)(
  'a whole stack keeps its promises through faults, a kill and a restart (TEST_SEED=%i)',
  async (seed) => {
    const { problems, seen } = await playRound(seed);
    expect(problems).toEqual([]);
    // Else nothing was tried.
    expect(seen['registered']).toBeGreaterThan(0);
    expect(seen['decommissioned']).toBeGreaterThan(0);
  },
  240_000,
);
