import type { Panel, Series } from '../plot.ts';
import type { Result } from '../results.ts';
import type { LedgerCounts } from './ledger.ts';
import type { LoadOptions } from './parts.ts';
import type { Sample } from './samples.ts';
import { toFigure, type Verdict } from './verdicts.ts';

const MEGABYTE = 1_048_576;
const SECONDS_A_MINUTE = 60;

/** As many digits as a picture shows, so that the file of an hour stays small. */
const short = (value: number): number => Number(value.toPrecision(4));

const series = (
  samples: readonly Sample[],
  name: string,
  of: (sample: Sample) => number | undefined,
): Series => ({
  name,
  points: samples.flatMap((sample) => {
    const value = of(sample);
    return value === undefined ? [] : [[short(sample.seconds / SECONDS_A_MINUTE), short(value)] as const];
  }),
});

const megabytes = (bytes: number | undefined) => (bytes === undefined ? undefined : bytes / MEGABYTE);

/** Memory, latencies, rates, what waits, dead letters and disk, over time. */
function panelsOf(samples: readonly Sample[]): Panel[] {
  const line = (title: string, yLabel: string, all: readonly Series[], more: Partial<Panel> = {}): Panel => ({
    title,
    xLabel: 'minutes',
    yLabel,
    kind: 'line',
    series: all.filter(({ points }) => points.length > 0),
    ...more,
  });
  const of = (name: string, value: (sample: Sample) => number | undefined) => series(samples, name, value);
  const latency = (operation: string, percentile: 'p50' | 'p95' | 'p99') =>
    of(`${operation} ${percentile}`, ({ latencies }) => latencies[operation]?.[percentile]);
  return [
    line('Memory', 'MB', [
      of("runtime's heap, collected", ({ collected }) => megabytes(collected?.runtimeBytes)),
      of("a function's memory", ({ collected }) => megabytes(collected?.environmentBytes)),
      of('runtime, RSS', ({ usage }) => megabytes(usage?.rssBytes)),
      of('table engine, RSS', ({ usage }) => megabytes(usage?.engineRssBytes)),
    ]),
    line(
      'Answers',
      'ms',
      [
        latency('heartbeat', 'p50'),
        latency('heartbeat', 'p95'),
        latency('heartbeat', 'p99'),
        latency('update', 'p99'),
        latency('decommission', 'p99'),
      ],
      { logarithmic: true },
    ),
    line(
      'Executions',
      'ms',
      [
        latency('decommission-device', 'p50'),
        latency('decommission-device', 'p99'),
        latency('restore-device', 'p50'),
        latency('restore-device', 'p99'),
      ],
      { logarithmic: true },
    ),
    line('Messages', 'a second', [
      of('sent', ({ sentPerSecond }) => sentPerSecond),
      of('answered or dead letters', ({ endedPerSecond }) => endedPerSecond),
    ]),
    line('On their way', 'requests', [of('waiting', ({ inFlight }) => inFlight)]),
    line('Event loop of the runtime', 'ms', [of('delay, p99', ({ usage }) => usage?.loopDelayP99Ms)]),
    line('Dead letters so far', 'letters', [
      of('failed invocations', ({ letters }) => letters['invocation'] ?? 0),
      of('refused by a full queue', ({ letters }) => letters['rule'] ?? 0),
      of('unanswerable', ({ letters }) => letters['unanswerable'] ?? 0),
      of('records of streams', ({ letters }) => letters['stream'] ?? 0),
    ]),
    line('Disk', 'MB', [
      of('all', ({ diskBytes }) => megabytes(diskBytes)),
      of('logs', ({ logBytes }) => megabytes(logBytes)),
    ]),
  ];
}

interface LoadReport {
  readonly options: LoadOptions;
  readonly maximumPerSecond: number | undefined;
  readonly perSecond: number;
  readonly isInterrupted: boolean;
  readonly samples: readonly Sample[];
  readonly counts: LedgerCounts;
  readonly ended: Readonly<Record<string, number>>;
  readonly letters: Readonly<Record<string, number>>;
  readonly verdicts: readonly Verdict[];
}

const round = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Math.round(value * 10) / 10 : value;

export function toResult(report: LoadReport): Result {
  const { options, samples, verdicts, isInterrupted } = report;
  const minutes = ((samples.at(-1)?.seconds ?? 0) / SECONDS_A_MINUTE).toFixed(0);
  const faults = options.hasFaults ? 'with faults' : 'without faults';
  return {
    name: 'soak',
    title: `Mixed traffic for ${minutes} minutes at ${report.perSecond.toFixed(0)} requests a second, ${faults}${isInterrupted ? ' (interrupted)' : ''}`,
    command: `npm run test:soak -- load --minutes ${options.minutes} --seed ${options.seed}`,
    figures: verdicts.map(toFigure),
    panels: panelsOf(samples),
    raw: JSON.parse(JSON.stringify(report, round)) as unknown,
  };
}

export function printVerdicts(verdicts: readonly Verdict[]): void {
  const MOST_DETAILS = 10;
  for (const { claim, holds, measured, goal, details = [] } of verdicts) {
    console.log(`  ${holds ? '✓' : '✗'} ${claim}: ${measured} (goal: ${goal})`);
    for (const detail of details.slice(0, MOST_DETAILS)) console.log(`      ${detail}`);
    if (details.length > MOST_DETAILS) console.log(`      … and ${details.length - MOST_DETAILS} more`);
  }
}
