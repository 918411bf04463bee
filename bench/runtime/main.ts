import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { descendantsOf, usageOf } from '../fleet/processes.ts';
import { type FleetRuntime, startRuntime } from '../fleet/runtime.ts';
import { median } from '../measure.ts';
import { createFleet, type Figures, type Fleet, measure, type Size } from '../mqtt/broker-round.ts';
import { type Figure, saveResult } from '../results.ts';
import type { RuntimeFigure, RuntimePart } from './figure.ts';
import { measureInterpreter } from './interpreter.ts';
import { measureRules } from './rules.ts';

const FULL: Size = {
  rounds: 5,
  clients: 100,
  many: { clients: 100, inFlight: 1, messages: 15_000 },
  few: { clients: 20, inFlight: 16, messages: 40_000 },
  warmUpMessages: 20_000,
};
const QUICK: Size = {
  rounds: 1,
  clients: 20,
  many: { clients: 20, inFlight: 1, messages: 500 },
  few: { clients: 4, inFlight: 16, messages: 500 },
  warmUpMessages: 100,
};

/** Of the rate of plain aedes. */
const RATE_GOAL = 0.7;

const LOADS = [
  ['manyRate', '1 in flight'],
  ['fewRate', '16 in flight'],
] as const;

/** What is on our broker, and whether messages are delivered besides being acknowledged. */
const CASES = [
  { what: 'policies and rules, acknowledged and delivered', hasRules: true, subscribes: true },
  { what: 'policies and rules, acknowledged', hasRules: true, subscribes: false },
  { what: 'policies alone, acknowledged', hasRules: false, subscribes: false },
] as const;

type Pair = readonly [ours: Figures, aedes: Figures];

/** Both, one after the other, the first one by turns. */
async function measurePair(fleet: Fleet, size: Size, isAedesFirst: boolean): Promise<Pair> {
  if (!isAedesFirst) return [await measure(fleet, 'ours', size), await measure(fleet, 'aedes', size)];
  const aedes = await measure(fleet, 'aedes', size);
  return [await measure(fleet, 'ours', size), aedes];
}

/**
 * Our broker with what the service has on it, against plain aedes, both over mutual TLS, in processes of their own, by
 * turns. Devices publish heartbeats with QoS 1. Each message passes the policy of its device; with rules, it is given
 * to those of the service, of which two read it: one selects it, for a function that does nothing, and one does not.
 * Then it is acknowledged and, where its device has subscribed to it with QoS 0, delivered. The clients share the
 * processors with the broker.
 */
export const measureBroker: RuntimePart = async (isQuick) => {
  const size = isQuick ? QUICK : FULL;
  const fleet = await createFleet(size.clients);
  const pairs = CASES.map((): Pair[] => []);
  for (let round = 0; round < size.rounds; round += 1) {
    for (const [index, { hasRules, subscribes }] of CASES.entries()) {
      const withRules = hasRules ? fleet : { ...fleet, rules: [] };
      pairs[index]?.push(await measurePair(withRules, { ...size, subscribes }, round % 2 === 1));
    }
  }
  return CASES.flatMap(({ what }, index) =>
    LOADS.map(([figure, load]): RuntimeFigure => {
      const rate = (side: 0 | 1) => median((pairs[index] ?? []).map((pair) => pair[side][figure]));
      return {
        name: `messages through the broker: ${what}; ${load}`,
        unit: 'messages/s',
        ours: rate(0),
        underneath: rate(1),
        goal: { atLeast: RATE_GOAL },
        isGoalForRatio: true,
      };
    }),
  );
};

const ROUNDS = 7;
const READY_GOAL_SECONDS = 1.5;
const MEMORY_GOAL_MB = 200;
const BYTES_PER_MB = 2 ** 20;

interface Start {
  /** From the start of its process until it says that it is ready. */
  readonly readySeconds: number;
  /** Of a Node.js that does nothing, from start to end. */
  readonly emptySeconds: number;
  /** Resident, of all its processes, once garbage is collected. */
  readonly idleMb: number;
}

const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;

async function timeEmpty(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }), 'close');
  return secondsSince(startedAt);
}

/** The runtime's own process is collected before; the table engine's is as it is. */
async function residentBytes(runtime: FleetRuntime): Promise<number> {
  const { rssBytes } = await runtime.heaps();
  const others = await Promise.all((await descendantsOf(runtime.pid)).map(usageOf));
  return others.reduce((sum, other) => sum + other.rssBytes, rssBytes);
}

async function startOnce(): Promise<Start> {
  const emptySeconds = await timeEmpty();
  const startedAt = performance.now();
  const runtime = await startRuntime();
  const readySeconds = secondsSince(startedAt);
  try {
    return { readySeconds, emptySeconds, idleMb: (await residentBytes(runtime)) / BYTES_PER_MB };
  } finally {
    await runtime.stop();
  }
}

/** Starts of the service, which is packaged already; underneath, a Node.js that does nothing. */
export const measureStarts: RuntimePart = async (isQuick) => {
  // Packages the service, unless that was done.
  await startOnce();
  const starts: Start[] = [];
  for (let round = 0; round < (isQuick ? 1 : ROUNDS); round += 1) starts.push(await startOnce());
  return [
    {
      name: 'seconds until npm start is ready',
      unit: 's',
      ours: median(starts.map(({ readySeconds }) => readySeconds)),
      underneath: median(starts.map(({ emptySeconds }) => emptySeconds)),
      goal: { atMost: READY_GOAL_SECONDS },
    },
    {
      name: 'memory of the idle runtime and its table engine',
      unit: 'MB',
      ours: median(starts.map(({ idleMb }) => idleMb)),
      goal: { atMost: MEMORY_GOAL_MB },
    },
  ];
};

/** In the order in which they run. */
const PARTS: Readonly<Record<string, RuntimePart>> = {
  rules: measureRules,
  interpreter: measureInterpreter,
  broker: measureBroker,
  start: measureStarts,
};

/** Three digits at least. */
const DIGITS = 3;
const format = (value: number): string =>
  value.toLocaleString('en', {
    maximumFractionDigits: Math.max(0, DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)))),
  });

const judgedOf = ({ ours, underneath, isGoalForRatio }: RuntimeFigure): number =>
  isGoalForRatio === true ? ours / (underneath ?? Number.NaN) : ours;

function goalOf({ goal, unit, isGoalForRatio }: RuntimeFigure): string {
  const of = (value: number) => (isGoalForRatio === true ? `×${value}` : `${format(value)} ${unit}`);
  return 'atLeast' in goal ? `at least ${of(goal.atLeast)}` : `at most ${of(goal.atMost)}`;
}

function isMet(figure: RuntimeFigure): boolean {
  const { goal } = figure;
  const judged = judgedOf(figure);
  return 'atLeast' in goal ? judged >= goal.atLeast : judged <= goal.atMost;
}

/** As results are kept: with the ratio to what is underneath, where there is something. */
export function describeFigure(figure: RuntimeFigure): Figure {
  const { name, unit, ours, underneath } = figure;
  const measured = `${format(ours)} ${unit}`;
  const verdict = { goal: goalOf(figure), isMet: isMet(figure) };
  if (underneath === undefined) return { what: name, measured, reference: '', ...verdict };
  return {
    what: name,
    measured: `${measured}, ×${format(ours / underneath)}`,
    reference: `${format(underneath)} ${unit} underneath`,
    ...verdict,
  };
}

/** The laptop runtime's parts, each against the component underneath. */
export async function measureRuntime(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick');
  const raw: Record<string, readonly RuntimeFigure[]> = {};
  for (const [name, measure] of Object.entries(PARTS)) {
    raw[name] = await measure(isQuick);
    for (const figure of raw[name]) {
      const { what, measured, reference, goal } = describeFigure(figure);
      const against = reference === '' ? '' : ` (${reference})`;
      console.log(`  ${what}: ${measured}${against}; goal: ${goal}${isMet(figure) ? '' : ', not met'}`);
    }
  }
  await saveResult({
    name: 'runtime',
    title: 'the laptop runtime, against what is underneath',
    command: 'npm run bench -- runtime',
    figures: Object.values(raw).flat().map(describeFigure),
    raw,
  });
}
