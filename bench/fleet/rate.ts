import { makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { describeRange } from '../measure.ts';
import { type Figure, saveResult } from '../results.ts';
import { startBare } from './bare.ts';
import { openEngine, openRuntime, withParts } from './fleets.ts';
import { type FleetBenchOptions, parseOptions } from './options.ts';
import { findProcess, usageOf } from './processes.ts';
import { QUIET } from './runtime.ts';

/** Each side moves so many before it is the other's turn. */
const BLOCK = 5_000;
/** Of a batch's transactions, and of the function's environments on two processors: see local/lambda/functions.ts. */
const IN_FLIGHT = 16 * 4;
const MS_PER_SECOND = 1_000;
/** Of the bare rate. */
const GOAL = 0.9;

/** What moving a block one way came to, of each device. */
interface Moved {
  readonly seconds: number;
  /** Processor time of the process that makes the calls: of a fleet, the runtime with all its functions. */
  readonly callerCpuSeconds: number;
  readonly engineCpuSeconds: number;
}

interface Block {
  readonly bare: Moved;
  readonly fleet: Moved;
}

/** Moves a fleet that is there. */
type Move = (fleet: string, devices: number) => Promise<Moved>;

interface Ways {
  readonly moveBare: Move;
  readonly moveFleet: Move;
}

interface BlocksOptions {
  readonly blocks: number;
  /** Devices of each. */
  readonly size: number;
  readonly warmUpDevices: number;
  readonly nodeArgs: readonly string[];
}

/** The two ways to move devices, on tables that hold blocks of each. */
async function openWays(
  parts: AsyncDisposableStack,
  { blocks, size, warmUpDevices, nodeArgs }: BlocksOptions,
): Promise<Ways> {
  const { url, seeded } = await openEngine(parts);
  for (let block = 0; block < blocks; block += 1) {
    await seeded.put(makeFleet(`bare${block}`, size));
    await seeded.put(makeFleet(`fleet${block}`, size));
  }
  for (const fleet of ['bare-warm', 'fleet-warm']) await seeded.put(makeFleet(fleet, warmUpDevices));
  await seeded.enableStreams();
  const { runtime, fleets } = await openRuntime(parts, url, { nodeArgs });
  const bare = startBare();
  parts.defer(() => bare.close());
  const engine = await findProcess('dynoxide', new URL(url).port);
  const order = { engineUrl: url, tables: seeded.tables, inFlight: IN_FLIGHT };
  const measure = async (devices: number, move: () => Promise<Omit<Moved, 'engineCpuSeconds'>>) => {
    const before = await usageOf(engine);
    const { seconds, callerCpuSeconds } = await move();
    const { cpuSeconds } = await usageOf(engine);
    return {
      seconds: seconds / devices,
      callerCpuSeconds: callerCpuSeconds / devices,
      engineCpuSeconds: (cpuSeconds - before.cpuSeconds) / devices,
    };
  };
  return {
    moveBare: (fleet, devices) =>
      measure(devices, async () => {
        const { perSecond, cpuSeconds } = await bare.move({ ...order, fleet, devices });
        return { seconds: devices / perSecond, callerCpuSeconds: cpuSeconds };
      }),
    moveFleet: (fleet, devices) =>
      measure(devices, async () => {
        const before = await runtime.usage();
        const { seconds } = await fleets.decommission({ fleet, devices });
        const { cpuSeconds } = await runtime.usage();
        return { seconds, callerCpuSeconds: cpuSeconds - before.cpuSeconds };
      }),
  };
}

/** Bare calls and fleets in turns, each first every other time, on the same tables of the same engine. */
async function measureBlocks(options: BlocksOptions): Promise<Block[]> {
  return withParts(async (parts) => {
    const { moveBare, moveFleet } = await openWays(parts, options);
    await moveBare('bare-warm', options.warmUpDevices);
    await moveFleet('fleet-warm', options.warmUpDevices);
    const measured: Block[] = [];
    for (let block = 0; block < options.blocks; block += 1) {
      const before = block % 2 === 0 ? undefined : await moveFleet(`fleet${block}`, options.size);
      const bare = await moveBare(`bare${block}`, options.size);
      const fleet = before ?? (await moveFleet(`fleet${block}`, options.size));
      measured.push({ bare, fleet });
      const ratio = (bare.seconds / fleet.seconds).toFixed(2);
      console.error(`    block ${block + 1} of ${options.blocks}: ×${ratio}`);
    }
    return measured;
  });
}

function mean(blocks: readonly Block[], of: (block: Block) => number): number {
  return blocks.reduce((sum, block) => sum + of(block), 0) / blocks.length;
}

/** What all blocks came to, with what follows the moves beside them or without it. */
interface Rate {
  readonly label: string;
  readonly blocks: readonly Block[];
  readonly ratio: number;
  /** By block. */
  readonly ratios: readonly number[];
}

const secondsOf = (blocks: readonly Block[], way: keyof Block): number =>
  mean(blocks, (block) => block[way].seconds);

const perSecond = (blocks: readonly Block[], way: keyof Block): string =>
  (1 / secondsOf(blocks, way)).toFixed(0);

function report(label: string, blocks: readonly Block[]): Rate {
  const ratio = secondsOf(blocks, 'bare') / secondsOf(blocks, 'fleet');
  const ratios = blocks.map(({ bare, fleet }) => bare.seconds / fleet.seconds);
  console.log(`  ${label.padEnd(20)} ×${ratio.toFixed(2)} of all   ×${describeRange(ratios)} by block`);
  for (const way of ['bare', 'fleet'] as const) {
    const caller = mean(blocks, (block) => block[way].callerCpuSeconds) * MS_PER_SECOND;
    const engine = mean(blocks, (block) => block[way].engineCpuSeconds) * MS_PER_SECOND;
    console.log(
      `    ${way.padEnd(18)} ${perSecond(blocks, way).padStart(5)}/s   processor ms a device: ` +
        `${caller.toFixed(2)} ${way === 'bare' ? 'its process' : 'the runtime'}, ${engine.toFixed(2)} the engine`,
    );
  }
  return { label, blocks, ratio, ratios };
}

const figureOf = ({ label, blocks, ratio, ratios }: Rate): Figure => ({
  what: `rate of a fleet, ${label}`,
  measured: `×${ratio.toFixed(2)} of all (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)} by block), ${perSecond(blocks, 'fleet')}/s`,
  reference: `bare TransactWriteItems, ${perSecond(blocks, 'bare')}/s`,
  goal: `at least ×${GOAL.toFixed(2)}`,
  isMet: ratio >= GOAL,
});

async function measureRates(options: FleetBenchOptions): Promise<Rate[]> {
  const { rateDevices, warmUpDevices } = options;
  const blocks = Math.max(2, Math.round(rateDevices / BLOCK));
  const size = Math.round(rateDevices / blocks);
  console.log(
    `fleet rate: ${blocks} blocks of ${size} devices either way in turns, ${IN_FLIGHT} transactions at a time; goal ×${GOAL.toFixed(2)}`,
  );
  const common = { blocks, size, warmUpDevices };
  return [
    report('with followers', await measureBlocks({ ...common, nodeArgs: [] })),
    report('without followers', await measureBlocks({ ...common, nodeArgs: QUIET })),
  ];
}

/**
 * The rate of a fleet against that of bare TransactWriteItems, with all that follows a move running beside both, and
 * without it.
 */
export async function measureRate(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  const rates = await measureRates(options);
  await saveResult({
    name: 'fleet-rate',
    title: 'a fleet against bare transactions',
    command: `npm run bench -- fleet-rate --rate-devices ${options.rateDevices}`,
    figures: rates.map(figureOf),
    panels: [
      {
        title: 'Rate of a fleet, by block of devices',
        xLabel: 'block',
        yLabel: 'of the bare rate',
        kind: 'line',
        series: rates.map(({ label, ratios }) => ({
          name: label,
          points: ratios.map((ratio, index) => [index + 1, ratio] as const),
        })),
        goal: { value: GOAL, label: `goal ${GOAL}` },
      },
    ],
    raw: rates,
  });
}
