import { median } from './measure.ts';
import type { Panel } from './plot.ts';
import type { LedgerCounts } from './soak/ledger.ts';
import type { Sample } from './soak/samples.ts';
import { addsUp, describeCounts, type Verdict } from './soak/verdicts.ts';

export interface Phase {
  readonly name: 'before' | 'during' | 'after';
  readonly perSecond: number;
  readonly samples: readonly Sample[];
  /** Requests that the driver was too slow to send. */
  readonly dropped: number;
}

export interface OverloadRun {
  readonly maximumPerSecond: number;
  readonly phases: readonly Phase[];
  /** Once all that was accepted is answered. */
  readonly counts: LedgerCounts;
  /** In the queue by then. */
  readonly letters: number;
  /** What `devicectl` has said last. */
  readonly redrive: string;
  readonly afterRedrive: LedgerCounts;
  /** What is a dead letter still. */
  readonly lettersAfterRedrive: Readonly<Record<string, number>>;
  readonly isAtRest: boolean;
  readonly tables: readonly string[];
  readonly surprises: readonly string[];
}

const MEGABYTE = 1_048_576;
const HEARTBEAT = 'heartbeat';
const DECOMMISSION = 'decommission';
/** Normal is what is not slower than this many times the median of the quiet time before. */
const NORMAL = 3;
/** In a row. */
const NORMAL_SECONDS = 5;
const MAX_DECOMMISSION_MS = 10_000;
/** What the queues may hold, and what V8 has not collected yet. */
const MAX_GROWTH_BYTES = 700 * MEGABYTE;

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const phaseOf = (run: OverloadRun, name: Phase['name']): readonly Sample[] =>
  run.phases.find((phase) => phase.name === name)?.samples ?? [];

const percentiles = (samples: readonly Sample[], operation: string, which: 'p50' | 'p99') =>
  samples.flatMap(({ latencies }) => latencies[operation]?.[which] ?? []);

/** Seconds from the end of the overload until answers are as quick as before, and stay so; nothing when they do not. */
export function recoverySeconds(run: OverloadRun): number | undefined {
  const normalMs = median(percentiles(phaseOf(run, 'before'), HEARTBEAT, 'p99')) * NORMAL;
  const after = phaseOf(run, 'after');
  const startedAt = phaseOf(run, 'during').at(-1)?.seconds ?? 0;
  const isNormal = ({ latencies }: Sample) =>
    (latencies[HEARTBEAT]?.p99 ?? Number.POSITIVE_INFINITY) <= normalMs;
  const first = after.findIndex((_, index) => {
    const span = after.slice(index, index + NORMAL_SECONDS);
    return span.length === NORMAL_SECONDS && span.every(isNormal);
  });
  return first === -1 ? undefined : (after[first]?.seconds ?? 0) - startedAt;
}

/** Which message each letter is about shows when they are sent again. Presence has letters too, and whoever asked twice. */
function judgeShed({ counts, letters }: OverloadRun): Verdict {
  return {
    claim: 'what is refused is a dead letter, and nothing is lost',
    holds: addsUp(counts) && counts.open <= letters,
    measured: `${describeCounts(counts)}; ${letters} in the dead-letter queue`,
    goal: 'a dead letter for each without an answer',
  };
}

function judgeRedrive({ counts, afterRedrive, lettersAfterRedrive, redrive }: OverloadRun): Verdict {
  const { unanswerable = 0, ...others } = lettersAfterRedrive;
  return {
    claim: 'dead letters are answered once they are sent again',
    holds: afterRedrive.open === 0 && sum(others) === 0,
    measured: `of ${counts.open}, ${afterRedrive.open} open afterwards, ${unanswerable} unanswerable, ${sum(others)} others left: ${redrive}`,
    goal: 'none left but the unanswerable ones',
  };
}

function judgeMemory(run: OverloadRun): Verdict {
  const rss = (name: Phase['name']) =>
    phaseOf(run, name).reduce((most, { usage }) => Math.max(most, usage?.rssBytes ?? 0), 0);
  const [before, during, after] = [rss('before'), rss('during'), rss('after')];
  const most = Math.max(during, after);
  return {
    claim: 'memory is bounded',
    holds: most - before <= MAX_GROWTH_BYTES,
    measured: `RSS at most ${(before / MEGABYTE).toFixed(0)} MB before, ${(during / MEGABYTE).toFixed(0)} MB meanwhile, ${(after / MEGABYTE).toFixed(0)} MB afterwards`,
    goal: `${MAX_GROWTH_BYTES / MEGABYTE} MB more at most`,
  };
}

function judgeLifecycle(run: OverloadRun): Verdict {
  const worst = (name: Phase['name']) =>
    percentiles(phaseOf(run, name), DECOMMISSION, 'p99').reduce((most, ms) => Math.max(most, ms), 0);
  const middle = (name: Phase['name'], operation: string) =>
    median(percentiles(phaseOf(run, name), operation, 'p50')).toFixed(0);
  return {
    claim: 'heartbeats do not drown decommissionings',
    holds: worst('during') <= MAX_DECOMMISSION_MS,
    measured:
      `decommissionings ${middle('before', DECOMMISSION)} ms before, ${middle('during', DECOMMISSION)} ms meanwhile (p50), ` +
      `at most ${worst('during').toFixed(0)} ms; heartbeats ${middle('during', HEARTBEAT)} ms`,
    goal: `${MAX_DECOMMISSION_MS / 1_000} s at most`,
  };
}

function judgeRecovery(run: OverloadRun): Verdict {
  const seconds = recoverySeconds(run);
  return {
    claim: 'it recovers',
    holds: seconds !== undefined,
    measured:
      seconds === undefined
        ? 'answers were not as quick as before again'
        : `${seconds.toFixed(0)} s until answers were as quick as before`,
    goal: `p99 of heartbeats within ${NORMAL} times that before, within ${phaseOf(run, 'after').length} s`,
  };
}

/** What is claimed of an overload, judged. */
export function judgeOverload(run: OverloadRun): Verdict[] {
  const isClean = run.tables.length === 0 && run.surprises.length === 0 && run.isAtRest;
  return [
    judgeShed(run),
    judgeLifecycle(run),
    judgeMemory(run),
    judgeRecovery(run),
    judgeRedrive(run),
    {
      claim: 'the tables are as devices and operators were told',
      holds: isClean,
      measured: `${run.tables.length} records that are not, ${run.surprises.length} unexpected answers`,
      goal: '0',
      details: [...run.tables, ...run.surprises],
    },
  ];
}

/** Rates, latencies, memory and what waits, over time. */
export function overloadPanels({ phases }: OverloadRun): Panel[] {
  const samples = phases.flatMap((phase) => phase.samples);
  const line = (
    title: string,
    yLabel: string,
    all: Readonly<Record<string, (sample: Sample) => number | undefined>>,
    more: Partial<Panel> = {},
  ): Panel => ({
    title,
    xLabel: 'seconds',
    yLabel,
    kind: 'line',
    series: Object.entries(all).map(([name, of]) => ({
      name,
      points: samples.flatMap((sample) => {
        const value = of(sample);
        return value === undefined ? [] : [[sample.seconds, value] as const];
      }),
    })),
    ...more,
  });
  return [
    line('Messages', 'a second', {
      sent: ({ sentPerSecond }) => sentPerSecond,
      answered: ({ endedPerSecond }) => endedPerSecond,
    }),
    line(
      'Answers',
      'ms',
      {
        'heartbeat p50': ({ latencies }) => latencies[HEARTBEAT]?.p50,
        'heartbeat p99': ({ latencies }) => latencies[HEARTBEAT]?.p99,
        'decommission p99': ({ latencies }) => latencies[DECOMMISSION]?.p99,
      },
      { logarithmic: true },
    ),
    line('Without an answer', 'requests', { 'waiting, or dead letters': ({ inFlight }) => inFlight }),
    line('Memory', 'MB', {
      'runtime, RSS': ({ usage }) => usage && usage.rssBytes / MEGABYTE,
      "runtime's heap": ({ usage }) => usage && usage.heapBytes / MEGABYTE,
      'table engine, RSS': ({ usage }) => usage && usage.engineRssBytes / MEGABYTE,
    }),
  ];
}
