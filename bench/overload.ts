import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { devicectl } from '@device-lifecycle/test-kit/laptop/devicectl.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { median } from './measure.ts';
import type { Panel } from './plot.ts';
import { saveResult } from './results.ts';
import { checkTables } from './soak/check-tables.ts';
import type { LedgerCounts } from './soak/ledger.ts';
import { rest } from './soak/load.ts';
import { printVerdicts } from './soak/report.ts';
import { Probe, type Sample, Sampler, type SoakStack, startSoakStack } from './soak/samples.ts';
import { type MaximumSpans, measureMaximum, OpenLoop, registerAll, sendNext } from './soak/traffic.ts';
import { addsUp, describeCounts, toFigure, type Verdict } from './soak/verdicts.ts';
import { World } from './soak/world.ts';

interface Phase {
  readonly name: 'before' | 'during' | 'after';
  readonly perSecond: number;
  readonly samples: readonly Sample[];
  /** Requests that the driver was too slow to send. */
  readonly dropped: number;
}

interface OverloadRun {
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
function recoverySeconds(run: OverloadRun): number | undefined {
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
function judgeOverload(run: OverloadRun): Verdict[] {
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
function overloadPanels({ phases }: OverloadRun): Panel[] {
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

const DEVICES = 200;
const TOO_MUCH = 3;
const QUIET = 0.5;
const SAMPLE_MS = 1_000;
const MAX_REST_MS = 240_000;
/** Letters a second: no faster than is right after an overload. */
const REDRIVE_RATE = 100;

/** In seconds. */
interface Spans {
  readonly maximum: MaximumSpans;
  readonly before: number;
  readonly over: number;
  readonly after: number;
}

const FULL: Spans = { maximum: { warmUpSeconds: 15, measuredSeconds: 30 }, before: 30, over: 60, after: 180 };
const SHORT: Spans = { maximum: { warmUpSeconds: 2, measuredSeconds: 4 }, before: 5, over: 5, after: 15 };

/** Messages that wait in the dead-letter queue. */
async function countLetters({ stack }: SoakStack): Promise<number> {
  const client = new SQSClient(stack.clientConfig);
  try {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: stack.queues.deadLetters,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    return Number(Attributes['ApproximateNumberOfMessages']);
  } finally {
    client.destroy();
  }
}

/** Sends at half the maximum, at three times the maximum, and at half of it again. */
async function drive(
  world: World,
  soakStack: SoakStack,
  maximumPerSecond: number,
  spans: Spans,
): Promise<Phase[]> {
  const over = new AbortController();
  const loop = new OpenLoop(() => void sendNext(world));
  const probe = await Probe.open(soakStack.runtime);
  const sampler = new Sampler({ world, probe, soakStack });
  const running = loop.run(over.signal);
  const phase = async (name: Phase['name'], share: number, seconds: number): Promise<Phase> => {
    const perSecond = maximumPerSecond * share;
    loop.perSecond = perSecond;
    const dropped = loop.dropped;
    const samples: Sample[] = [];
    for (const endsAt = performance.now() + seconds * 1_000; performance.now() < endsAt; ) {
      await delay(SAMPLE_MS);
      samples.push(await sampler.take(perSecond));
    }
    return { name, perSecond, samples, dropped: loop.dropped - dropped };
  };
  try {
    const before = await phase('before', QUIET, spans.before);
    const during = await phase('during', TOO_MUCH, spans.over);
    const after = await phase('after', QUIET, spans.after);
    return [before, during, after];
  } finally {
    over.abort();
    await running;
    probe.close();
  }
}

interface Options {
  readonly spans: Spans;
  readonly seed: number;
  /** Requests a second that count as what the stack takes; measured when absent. */
  readonly maximumPerSecond: number | undefined;
}

async function overload(soakStack: SoakStack, options: Options): Promise<OverloadRun> {
  const { stack } = soakStack;
  const { spans, seed } = options;
  const random = createRandom(seed);
  const world = await World.open({ stack, devices: DEVICES, random, areLettersTaken: false });
  const tables = createTableReader(stack);
  const never = new AbortController().signal;
  try {
    await registerAll(world);
    const maximumPerSecond = options.maximumPerSecond ?? (await measureMaximum(world, spans.maximum, never));
    console.log(
      `overload: the stack takes ${maximumPerSecond.toFixed(0)} requests a second of the soak's mix; ` +
        `${spans.over} s at ${TOO_MUCH} times that, then half of it (--seed ${seed})`,
    );
    const phases = await drive(world, soakStack, maximumPerSecond, spans);
    // All but those in the queue are answered.
    const letters = await settledLetters(world, soakStack);
    const counts = world.ledger.counts();
    const redrive = await redriveAll(soakStack);
    world.takeLetters();
    const isAtRest = await rest(world, tables, MAX_REST_MS);
    return {
      maximumPerSecond,
      phases,
      counts,
      letters,
      redrive,
      afterRedrive: world.ledger.counts(),
      lettersAfterRedrive: world.letters,
      isAtRest,
      tables: checkTables(await tables.read(), world.slots, world.gone),
      surprises: world.surprises,
    };
  } finally {
    tables.close();
    await world.close();
  }
}

/** Waits until no more is answered. @returns the dead letters that there are then */
async function settledLetters(world: World, soakStack: SoakStack): Promise<number> {
  const POLL_MS = 2_000;
  const giveUpAt = performance.now() + MAX_REST_MS;
  for (let open = -1; performance.now() < giveUpAt; ) {
    const { open: now } = world.ledger.counts();
    const letters = await countLetters(soakStack);
    if (now === open && now <= letters) return letters;
    open = now;
    await delay(POLL_MS);
  }
  return countLetters(soakStack);
}

/** The tool takes up to ten thousand at a time, and leaves what nobody can answer. @returns what it has said last */
async function redriveAll(soakStack: SoakStack): Promise<string> {
  let said = '';
  for (let [left, before] = [await countLetters(soakStack), Number.POSITIVE_INFINITY]; left < before; ) {
    const rate = String(REDRIVE_RATE);
    const args = ['dead-letters', 'redrive', '--all', '--rate', rate];
    said = (await devicectl(soakStack.stack, args)).printed.split('\n').at(-1) ?? '';
    [left, before] = [await countLetters(soakStack), left];
  }
  return said;
}

/** Whether the stack sheds what is too much with clear answers, and recovers. Throws when it does not. */
export async function measureOverload(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      maximum: { type: 'string' },
      'async-queue': { type: 'string', default: '10000' },
      data: { type: 'boolean', default: false },
    },
  });
  const soakStack = await startSoakStack({
    isKept: values.data,
    args: ['--async-queue', values['async-queue']],
  });
  try {
    const run = await overload(soakStack, {
      spans: values.quick ? SHORT : FULL,
      seed: Number(values.seed),
      maximumPerSecond: values.maximum === undefined ? undefined : Number(values.maximum),
    });
    const verdicts = judgeOverload(run);
    printVerdicts(verdicts);
    await saveResult({
      name: 'overload',
      title: `Three times the maximum for ${run.phases[1]?.samples.length ?? 0} seconds`,
      command: `npm run bench -- overload --seed ${values.seed}`,
      figures: verdicts.map(toFigure),
      panels: overloadPanels(run),
      raw: run,
    });
    const failed = verdicts.filter(({ holds }) => !holds).map(({ claim }) => claim);
    if (failed.length > 0) throw new Error(`Not so: ${failed.join('; ')}.`);
  } finally {
    await soakStack.remove();
  }
}
