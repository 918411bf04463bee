import type { Clock } from '../clock.ts';
import { CliError } from '../errors.ts';
import { explain, isHopeless } from '../explain.ts';
import type { ProgressCounts, Watcher } from '../watcher.ts';
import { countsOf, isRunning, lookAtRun, type RunLook } from './look-at-run.ts';
import type { FleetRuns } from './ports.ts';

/** A short run is over before the second look; a long one is looked at every two seconds. */
const FIRST_LOOK_MS = 200;
const LAST_LOOK_MS = 2_000;
const SLOWER = 1.5;
/** What a rate is taken over. */
const RATE_SECONDS = 30;

/** What Step Functions may take, once a run has ended, to write the last results. */
const RESULTS_MS = 60_000;
/** For how long nothing may be seen of a run. */
const PATIENCE_MS = 300_000;

interface FollowOptions {
  readonly title: string;
  /** How many devices there are, where it is known. */
  readonly total?: number;
}

/**
 * Shows the counts of a run's map run until both have ended. Resolves to nothing after Ctrl-C: the run goes on.
 * @throws CliError when there is no such run
 */
export async function follow(
  runs: FleetRuns,
  executionArn: string,
  { title, total }: FollowOptions,
  { terminal, clock, signal }: Watcher,
): Promise<RunLook | undefined> {
  const bar = terminal.progress(title);
  const pace = createPace();
  const look = patiently(clock, () => lookAtRun(runs, executionArn));
  const hasEnded = createEnd(clock);
  let waitMs = FIRST_LOOK_MS;
  try {
    for (;;) {
      const seen = await look();
      if (seen !== undefined) bar.update(pace(countsOf(seen.mapRun, total), clock.now()));
      if (seen !== undefined && hasEnded(seen)) return seen;
      await clock.sleep(waitMs, signal);
      if (signal.aborted) return undefined;
      waitMs = Math.min(LAST_LOOK_MS, waitMs * SLOWER);
    }
  } finally {
    bar.stop();
  }
}

/** Tells of each look whether there is more to come. */
function createEnd(clock: Clock): (seen: RunLook) => boolean {
  let endedAtMs: number | undefined;
  return (seen) => {
    if (isRunning(seen.run)) return false;
    endedAtMs ??= clock.now();
    return isOver(seen, clock.now() - endedAtMs);
  };
}

/**
 * Looks, and has nothing to say while that fails for a time: a laptop that was closed has no network at first.
 * @throws CliError when it goes on failing, or would for ever
 */
function patiently(clock: Clock, look: () => Promise<RunLook>): () => Promise<RunLook | undefined> {
  let failingSinceMs: number | undefined;
  return async () => {
    try {
      const seen = await look();
      failingSinceMs = undefined;
      return seen;
    } catch (error) {
      if (error instanceof CliError) throw error;
      failingSinceMs ??= clock.now();
      if (!isHopeless(error) && clock.now() - failingSinceMs < PATIENCE_MS) return undefined;
      throw new CliError(`${explain(error)} The run goes on all the same: "fleet watch" shows it again.`, {
        cause: error,
      });
    }
  };
}

/** An execution that is stopped has ended at once, its map run a little later, and its results are written then. */
function isOver({ run: { status, input }, mapRun }: RunLook, endedForMs: number): boolean {
  if (status === 'SUCCEEDED' || mapRun === undefined || endedForMs > RESULTS_MS) return true;
  if (mapRun.isRunning) return false;
  const { succeeded, failed, resultsWritten } = mapRun.counts;
  return !Object.hasOwn(input, 'source') || resultsWritten >= succeeded + failed;
}

/** Adds the rate of the last half minute and the time that is left at it. */
function createPace(): (counts: ProgressCounts, nowMs: number) => ProgressCounts {
  const seen: { readonly atMs: number; readonly done: number }[] = [];
  return (counts, nowMs) => {
    seen.push({ atMs: nowMs, done: counts.done });
    while (seen.length > 2 && nowMs - (seen[0]?.atMs ?? nowMs) > RATE_SECONDS * 1_000) seen.shift();
    const { atMs = nowMs, done = 0 } = seen[0] ?? {};
    const perSecond = (counts.done - done) / ((nowMs - atMs) / 1_000);
    if (!(perSecond > 0)) return counts;
    const left = (counts.total ?? counts.done) - counts.done;
    return { ...counts, perSecond, secondsLeft: left / perSecond };
  };
}
