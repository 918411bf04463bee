import { availableParallelism } from 'node:os';
import type { Panel } from '../plot.ts';
import type { Figure } from '../results.ts';
import type { HeartbeatRun } from './heartbeat-run.ts';
import type { ProcessorTimes } from './processor-time.ts';

/** The service keeps up while it is not further behind than this. */
const KEEPS_UP_SECONDS = 0.5;

/** What one rate came to. */
export interface Measured {
  readonly perSecond: number;
  readonly run: HeartbeatRun;
  readonly stored: number;
  readonly used: ProcessorTimes;
}

export const keepsUp = ({ perSecond, run }: Measured): boolean => run.behind <= perSecond * KEEPS_UP_SECONDS;

export const COLUMNS = [
  'rate',
  'published',
  'PUBACKs',
  'accepted',
  'stored',
  'behind',
  'drained in',
  'kept up',
  'latency',
];
const PARTS = ['runtime', 'functions', 'v8', 'engine', 'clients'] as const;

export const row = (cells: readonly string[]) => `  ${cells.map((cell) => cell.padStart(10)).join(' ')}`;

function describeRun({ perSecond, run, stored }: Measured): string {
  return row([
    `${perSecond}/s`,
    ...[run.published, run.acknowledged, run.accepted, stored, run.behind].map(String),
    `${run.drainSeconds.toFixed(1)} s`,
    `${(run.published / run.seconds).toFixed(0)}/s`,
    `${run.medianMs.toFixed(0)} ms`,
  ]);
}

/**
 * Where the time of all processors went, from the first heartbeat until the last answer. What others have used of it
 * meanwhile is what is missing to 100 %; the bound is what would be left to the service without them.
 */
function describeUse({ run: { published, seconds }, used }: Measured): string {
  const processors = availableParallelism();
  const all = PARTS.reduce((total, part) => total + used[part], 0);
  const percent = (part: number) => `${((part * 100) / (seconds * processors)).toFixed(0)} %`;
  const costs = PARTS.map((part) => `${part} ${((used[part] * 1000) / published).toFixed(2)}`);
  return (
    `             ${((all * 1000) / published).toFixed(2)} ms a heartbeat (at most ` +
    `${((processors * published) / all).toFixed(0)}/s): ${costs.join(', ')}; ` +
    `${percent(all)} of the processors, ${percent(used.idle)} idle`
  );
}

/** Two lines: what became of the heartbeats, and where the time of the processors went. */
export const describe = (measured: Measured): string => `${describeRun(measured)}\n${describeUse(measured)}`;

interface Surroundings {
  readonly devices: number;
  readonly deadLetters: number;
  readonly connectedInSeconds: number;
}

function figureOfLost(all: readonly Measured[], { devices, deadLetters }: Surroundings): Figure {
  const published = all.reduce((sum, { run }) => sum + run.published, 0);
  const accepted = all.reduce((sum, { run }) => sum + run.accepted, 0);
  const stored = Math.min(...all.map((measured) => measured.stored));
  return {
    what: 'heartbeats without the answer accepted, records without the last one, dead letters',
    measured: `${published - accepted}, ${devices - stored}, ${deadLetters}`,
    reference: `${published} heartbeats of ${devices} devices`,
    goal: '0, 0, 0',
    isMet: published === accepted && stored === devices && deadLetters === 0,
  };
}

export function figuresOf(all: readonly Measured[], surroundings: Surroundings): Figure[] {
  const { devices, connectedInSeconds } = surroundings;
  const keptUp = all.find(keepsUp);
  return [
    figureOfLost(all, surroundings),
    {
      what: 'heartbeats a second that are kept up with',
      measured:
        keptUp === undefined
          ? `less than ${all.at(-1)?.perSecond}/s`
          : `${keptUp.perSecond}/s, answered in ${keptUp.run.medianMs.toFixed(0)} ms (median)`,
      reference: `${devices} devices that each send one a second, on the same cores`,
    },
    {
      what: 'time to connect and subscribe all at once',
      measured: `${connectedInSeconds.toFixed(1)} s`,
      reference: `${devices} devices, on the same cores`,
    },
  ];
}

/** Processor time a heartbeat, where the service keeps up or is nearest to it. */
export function panelOf({ run, used, perSecond }: Measured): Panel {
  return {
    title: `Processor time of a heartbeat, at ${perSecond} a second`,
    xLabel: '',
    yLabel: 'ms',
    kind: 'bar',
    categories: PARTS,
    series: [
      { name: 'ms', points: PARTS.map((part, index) => [index, (used[part] * 1000) / run.published]) },
    ],
  };
}
