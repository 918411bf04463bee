import { median } from '../measure.ts';
import type { Figure } from '../results.ts';
import type { LedgerCounts, OpenMessage } from './ledger.ts';
import type { Sample } from './samples.ts';
import { lastThreeQuarters, trendOf } from './trend.ts';

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

const sum = (counts: Readonly<Record<string, number>>) =>
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
  `${sum(sent)} sent = ${accepted} accepted + ${sum(rejected)} rejected + ${deadLettered + open} without an answer ` +
  `(${deadLettered} of them seen as dead letters) + ${unacknowledged} not acknowledged + ${resent} sent again`;

/** Whether each message has become one of these, and no more than one. */
export const addsUp = (counts: LedgerCounts): boolean =>
  sum(counts.sent) ===
  counts.accepted +
    sum(counts.rejected) +
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

export const MEMORIES: readonly Memory[] = [
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
export function judgeMemory(samples: readonly Sample[], { name, slackBytes = 0, of }: Memory): Verdict {
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

export function judgeLatency(samples: readonly Sample[]): Verdict {
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
