import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { devicectl } from '@device-lifecycle/test-kit/laptop/devicectl.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { judgeOverload, type OverloadRun, overloadPanels, type Phase } from './overload-report.ts';
import { saveResult } from './results.ts';
import { checkTables } from './soak/check-tables.ts';
import { rest } from './soak/interludes.ts';
import { type MaximumSpans, measureMaximum } from './soak/maximum.ts';
import { OpenLoop } from './soak/open-loop.ts';
import { Probe } from './soak/probe.ts';
import { printVerdicts } from './soak/report.ts';
import { Sampler } from './soak/sampler.ts';
import type { Sample } from './soak/samples.ts';
import { type SoakStack, startSoakStack } from './soak/stack.ts';
import { registerAll, sendNext } from './soak/traffic.ts';
import { toFigure } from './soak/verdicts.ts';
import { World } from './soak/world.ts';

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
