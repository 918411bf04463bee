import { checkRound, type Finding } from './check.ts';
import { playRound } from './round.ts';

/** Plays a round and holds it to all that was promised. @returns what is wrong with it, if anything is */
export async function tryRound(seed: number, endpoint: string): Promise<Finding | undefined> {
  try {
    return checkRound(await playRound(seed, endpoint));
  } catch (error) {
    return { check: 'end', what: error instanceof Error ? error.message : String(error) };
  }
}
