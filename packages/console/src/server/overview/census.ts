import type { Census, CensusLine, CensusState } from '../../contract/overview.ts';
import type { ConsoleTools } from '../tools.ts';
import { isLocal } from '../tools.ts';
import { createPlan, isCheap } from './census-plan.ts';
import type { Follower } from './follower.ts';
import { readTables } from './read-tables.ts';
import { share } from './share.ts';
import { createTally, type Tally } from './tally.ts';

/**
 * How long after its end a cheap census is taken again by itself. No event tells of holds and ghosts, so that exact ones
 * grow old too. The laptop rests ten times as long as it took.
 */
const AGAIN_MS = {
  aws: { exact: 600_000, approximate: 60_000 },
  laptop: { exact: 2_000, approximate: 100 },
} as const;
const REST_FACTOR = 10;

interface CensusTaker {
  state(): Promise<CensusState>;
  /** Counts, or joins who does; it ends with the last who wants it. Errors are those of the SDK. */
  count(signal: AbortSignal): AsyncGenerator<CensusLine>;
}

interface Taken {
  readonly tally: Tally;
  /** By the stack's clock. */
  readonly countedAtMs: number;
  /** By the console's. */
  readonly endedAtMs: number;
  readonly tookMs: number;
  isFollowed: boolean;
}

type Tools = Pick<ConsoleTools, 'stack' | 'clients' | 'clock' | 'signal'>;

interface CensusOptions {
  readonly follower: Follower;
  /** By the stack's clock. */
  now(): Promise<number>;
}

/** Counts both tables when it is asked to, and afterwards what happens, on top. One census at a time, for all tabs. */
export function createCensusTaker(tools: Tools, { follower, now }: CensusOptions): CensusTaker {
  const { stack, clients, clock } = tools;
  const plan = createPlan(tools);
  /** That which is being taken, too. */
  const followed = new Set<{ readonly tally: Tally; isFollowed: boolean }>();
  let taken: Taken | undefined;
  follower.add({
    follow(events, counts) {
      for (const { tally } of followed) tally.follow(events, counts);
    },
    begin() {
      for (const one of followed) one.isFollowed = false;
    },
  });
  const count = share(async (onProgress, signal) => {
    const isHeard = await follower.touch();
    const beganAtMs = clock.now();
    const tally = createTally(await now());
    const current = { tally, isFollowed: isHeard };
    followed.add(current);
    try {
      await readTables({ client: clients.dynamoDb, stack, clock, signal, onProgress, ...tally });
      const countedAtMs = await now();
      tally.end(countedAtMs);
      const endedAtMs = clock.now();
      if (taken !== undefined) followed.delete(taken);
      taken = { ...current, countedAtMs, endedAtMs, tookMs: endedAtMs - beganAtMs };
      followed.add(taken);
    } finally {
      followed.delete(current);
    }
  }, tools);
  const describe = (nowMs: number): { readonly census?: Census } => {
    if (taken === undefined) return {};
    const { countedAtMs, isFollowed, tally } = taken;
    return { census: { countedAtMs, isFollowed, ...tally.describe(nowMs) } };
  };
  return {
    async state() {
      const [known] = await Promise.all([plan(), follower.touch()]);
      const nowMs = await now();
      const isDue = isCheap(known, stack) && isTimeAgain(taken, clock.now(), isLocal(stack));
      return { nowMs, plan: known, isDue, ...describe(nowMs) };
    },
    async *count(signal) {
      const { items } = await plan();
      for await (const done of count(signal)) yield { progress: { done, total: Math.max(done, items) } };
      const { census } = describe(await now());
      if (census !== undefined) yield { census };
    },
  };
}

function isTimeAgain(taken: Taken | undefined, nowMs: number, isOnLaptop: boolean): boolean {
  if (taken === undefined) return true;
  const { tally, isFollowed, countedAtMs, endedAtMs, tookMs } = taken;
  const waits = isOnLaptop ? AGAIN_MS.laptop : AGAIN_MS.aws;
  const isExact = isFollowed && !tally.describe(countedAtMs).isApproximate;
  const restMs = isOnLaptop ? tookMs * REST_FACTOR : 0;
  return nowMs - endedAtMs >= Math.max(restMs, isExact ? waits.exact : waits.approximate);
}
