import { median } from '../measure.ts';
import type { Figure } from '../results.ts';
import type { LedgerCounts, OpenMessage } from './ledger.ts';
import type { Sample } from './samples.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `y = intercept + slope × x`, and how much of the differences in y that explains: 1 is all. */
interface LinearFit {
  readonly intercept: number;
  readonly slope: number;
  /** The standard error of the slope; no number for two points. */
  readonly slopeError: number;
  readonly rSquared: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * The line through at least two points with different x that has the least squares of distances in y.
 * @throws RangeError for fewer
 */
export function fitLine(points: readonly Point[]): LinearFit {
  const meanX = sum(points.map(({ x }) => x)) / points.length;
  const meanY = sum(points.map(({ y }) => y)) / points.length;
  const spreadX = sum(points.map(({ x }) => (x - meanX) ** 2));
  if (!(spreadX > 0)) throw new RangeError('A line needs two points with different x.');
  const slope = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / spreadX;
  const intercept = meanY - slope * meanX;
  const spreadY = sum(points.map(({ y }) => (y - meanY) ** 2));
  const rest = sum(points.map(({ x, y }) => (y - intercept - slope * x) ** 2));
  const slopeError = Math.sqrt(rest / (points.length - 2) / spreadX);
  return { intercept, slope, slopeError, rSquared: spreadY === 0 ? 1 : 1 - rest / spreadY };
}

/** How far the values are apart, in parts of the smallest: 0.1 is 10 %. */
export function spreadOf(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values) - 1;
}

/** How a quantity has changed over a span, by a straight line through its samples. */
interface Trend {
  readonly mean: number;
  /** From the beginning of the span to its end. */
  readonly growth: number;
  /** Of the growth, with 95 % confidence. */
  readonly low: number;
  readonly high: number;
  /** How many means of neighbours it is from. */
  readonly blocks: number;
}

type Sampled = readonly [x: number, y: number];

const MAX_BLOCKS = 15;
/** Of Student's distribution, two-sided 95 %, for 1, 2, 3 … degrees of freedom. */
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16];

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Neighbours hang together (sawteeth of caches, phases of the traffic): their means do so less. */
function blocksOf(points: readonly Sampled[]) {
  const count = Math.min(MAX_BLOCKS, points.length);
  return Array.from({ length: count }, (_, index) => {
    const part = points.slice(
      Math.floor((index * points.length) / count),
      Math.floor(((index + 1) * points.length) / count),
    );
    return { x: meanOf(part.map(([x]) => x)), y: meanOf(part.map(([, y]) => y)) };
  });
}

/** The line of least squares through the means of neighbours; without three samples there is none. */
function trendOf(points: readonly Sampled[]): Trend | undefined {
  const MIN_POINTS = 3;
  if (points.length < MIN_POINTS) return undefined;
  const blocks = blocksOf(points);
  const { slope, slopeError } = fitLine(blocks);
  const degreesOfFreedom = blocks.length - 2;
  const margin = (STUDENT[degreesOfFreedom - 1] ?? 2) * slopeError;
  const span = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
  return {
    mean: meanOf(blocks.map(({ y }) => y)),
    growth: slope * span,
    low: (slope - margin) * span,
    high: (slope + margin) * span,
    blocks: blocks.length,
  };
}

/** What is left of a run once its first quarter, in which everything warms up, is taken off. */
function lastThreeQuarters<T extends { readonly seconds: number }>(samples: readonly T[]): T[] {
  const WARM_UP_SHARE = 0.25;
  const from = (samples.at(-1)?.seconds ?? 0) * WARM_UP_SHARE;
  return samples.filter(({ seconds }) => seconds >= from);
}

/** A claim about a run, with what it was judged by. */
export interface Verdict {
  readonly claim: string;
  readonly holds: boolean;
  /** What was measured, in a few words. */
  readonly measured: string;
  /** What it had to be. */
  readonly goal: string;
  /** What is wrong, in one sentence each. */
  readonly details?: readonly string[];
}

export interface Run {
  readonly samples: readonly Sample[];
  readonly counts: LedgerCounts;
  readonly open: readonly OpenMessage[];
  /** What of the tables is not as the clients know it; of the certificates; and what else was not to be expected. */
  readonly tables: readonly string[];
  readonly access: readonly string[];
  readonly surprises: readonly string[];
  readonly unknown: readonly string[];
}

const countOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** How what was sent adds up. */
export const describeCounts = ({
  sent,
  accepted,
  rejected,
  deadLettered,
  open,
  unacknowledged,
  resent,
}: LedgerCounts): string =>
  `${countOf(sent)} sent = ${accepted} accepted + ${countOf(rejected)} rejected + ${deadLettered + open} without an answer ` +
  `(${deadLettered} of them seen as dead letters) + ${unacknowledged} not acknowledged + ${resent} sent again`;

/** Whether each message has become one of these, and no more than one. */
export const addsUp = (counts: LedgerCounts): boolean =>
  countOf(counts.sent) ===
  counts.accepted +
    countOf(counts.rejected) +
    counts.deadLettered +
    counts.open +
    counts.unacknowledged +
    counts.resent;

const noneOf = (claim: string, details: readonly string[]): Verdict => ({
  claim,
  holds: details.length === 0,
  measured: `${details.length} that are not`,
  goal: '0',
  details,
});

function accounted({ counts, open }: Run): Verdict {
  return {
    claim: 'every message that was acknowledged is answered or a dead letter',
    holds: open.length === 0 && addsUp(counts),
    measured: `${describeCounts(counts)}; ${open.length} lost`,
    goal: '0 lost',
    details: open.map(
      ({ requestId, operation, deviceId, ageMs }) =>
        `${operation} of ${deviceId} (${requestId}) since ${(ageMs / 1_000).toFixed(0)} s`,
    ),
  };
}

/** How much of its mean a quantity may grow from the first quarter's end to the end of the run. */
const MAX_GROWTH = 0.1;
const MEGABYTE = 1_048_576;

interface Memory {
  readonly name: string;
  /** What it may grow by even if that is more than a tenth: pages that the system has lent it. */
  readonly slackBytes?: number;
  of(sample: Sample): number | undefined;
}

const MEMORIES: readonly Memory[] = [
  { name: "the runtime's heap, collected", of: ({ collected }) => collected?.runtimeBytes },
  {
    name: "a function's memory",
    slackBytes: 4 * MEGABYTE,
    of: ({ collected }) => collected?.environmentBytes,
  },
  { name: "the table engine's memory", slackBytes: 4 * MEGABYTE, of: ({ usage }) => usage?.engineRssBytes },
];

const percent = (part: number) => `${part > 0 ? '+' : ''}${(part * 100).toFixed(1)} %`;

/** Flat is what has been shown not to grow by a tenth: the upper end of the confidence interval counts. */
function judgeMemory(samples: readonly Sample[], { name, slackBytes = 0, of }: Memory): Verdict {
  const points = lastThreeQuarters(samples).flatMap((sample) => {
    const bytes = of(sample);
    return bytes === undefined || bytes === 0 ? [] : [[sample.seconds, bytes] as const];
  });
  const slack = slackBytes === 0 ? '' : `, or ${slackBytes / MEGABYTE} MB,`;
  const goal = `less than ${percent(MAX_GROWTH)}${slack} over the last three quarters, with 95 % confidence`;
  const claim = `${name} is flat`;
  const trend = trendOf(points);
  if (trend === undefined) return { claim, holds: false, measured: 'too short to tell', goal };
  const { mean, growth, low, high } = trend;
  return {
    claim,
    holds: high < Math.max(MAX_GROWTH * mean, slackBytes),
    measured: `${(mean / MEGABYTE).toFixed(1)} MB, ${percent(growth / mean)} (${percent(low / mean)} to ${percent(high / mean)})`,
    goal,
  };
}

/** What is most of the traffic, so that there is enough of it in each sample. */
const COMMON = 'heartbeat';
const MAX_SLOWER = 2;

function judgeLatency(samples: readonly Sample[]): Verdict {
  const endsAt = samples.at(-1)?.seconds ?? 0;
  const p99Of = (from: number, to: number) =>
    median(
      samples
        .filter(({ seconds }) => seconds > from * endsAt && seconds <= to * endsAt)
        .flatMap(({ latencies }) => latencies[COMMON]?.p99 ?? []),
    );
  const [early, late] = [p99Of(0.25, 0.5), p99Of(0.75, 1)];
  return {
    claim: 'answers do not get slower',
    holds: late <= early * MAX_SLOWER,
    measured: `p99 of heartbeats ${early.toFixed(0)} ms in the second quarter, ${late.toFixed(0)} ms in the last`,
    goal: `at most ${MAX_SLOWER} times as long`,
  };
}

const MIN_KEPT = 0.95;

/** Without those in which the load was held, for time to be moved. */
function judgeRate(samples: readonly Sample[]): Verdict {
  const under = samples.filter(({ sentPerSecond, targetPerSecond }) => sentPerSecond > targetPerSecond / 2);
  const mean = (of: (sample: Sample) => number) =>
    under.reduce((total, sample) => total + of(sample), 0) / Math.max(1, under.length);
  const [sent, ended] = [mean((sample) => sample.sentPerSecond), mean((sample) => sample.endedPerSecond)];
  const most = under.reduce((max, { inFlight }) => Math.max(max, inFlight), 0);
  return {
    claim: 'the stack keeps up',
    holds: ended >= sent * MIN_KEPT,
    measured: `${sent.toFixed(0)} requests a second sent, ${ended.toFixed(0)} ended; at most ${most} on their way`,
    goal: `${MIN_KEPT * 100} % of what is sent`,
  };
}

/** What is claimed of a run, judged. */
export function judge(run: Run): Verdict[] {
  return [
    accounted(run),
    noneOf('the tables are as devices and operators were told', run.tables),
    noneOf('certificates are as their devices stand', run.access),
    noneOf('every request has an outcome that is known', run.unknown),
    noneOf('every answer is one that was to be expected', run.surprises),
    judgeRate(run.samples),
    judgeLatency(run.samples),
    ...MEMORIES.map((memory) => judgeMemory(run.samples, memory)),
  ];
}

export const toFigure = ({ claim, measured, goal, holds }: Verdict): Figure => ({
  what: claim,
  measured,
  reference: 'what its devices and operators know',
  goal,
  isMet: holds,
});
