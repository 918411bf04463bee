import { describeRange } from '../measure.ts';
import { startBare } from './bare.ts';
import { makeFleet } from './devices.ts';
import { QUIET } from './runtime.ts';
import { openEngine, openRuntime, withParts } from './with-parts.ts';

/** Each side moves so many before it is the other's turn. */
const BLOCK = 5_000;
/** Of a batch's transactions, and of the function's environments on two processors: see local/lambda/functions.ts. */
const IN_FLIGHT = 16 * 4;
const WARM_UP = 2_000;

interface Block {
  readonly barePerSecond: number;
  readonly fleetPerSecond: number;
}

/** Moves a fleet that is there, devices a second. */
type Move = (fleet: string, devices: number) => Promise<number>;

/** The two ways to move devices, on tables that hold blocks of each. */
async function openWays(
  parts: AsyncDisposableStack,
  blocks: number,
  { size, nodeArgs }: { readonly size: number; readonly nodeArgs: readonly string[] },
): Promise<{ readonly moveBare: Move; readonly moveFleet: Move }> {
  const { url, seeded } = await openEngine(parts);
  for (let block = 0; block < blocks; block += 1) {
    await seeded.put(makeFleet(`bare${block}`, size));
    await seeded.put(makeFleet(`fleet${block}`, size));
  }
  for (const fleet of ['bare-warm', 'fleet-warm']) await seeded.put(makeFleet(fleet, WARM_UP));
  await seeded.enableStreams();
  const { fleets } = await openRuntime(parts, url, { nodeArgs });
  const bare = startBare();
  parts.defer(() => bare.close());
  const order = { engineUrl: url, tables: seeded.tables, inFlight: IN_FLIGHT };
  return {
    moveBare: async (fleet, devices) => (await bare.move({ ...order, fleet, devices })).perSecond,
    moveFleet: async (fleet, devices) => devices / (await fleets.decommission({ fleet, devices })).seconds,
  };
}

/** Bare calls and fleets in turns, each first every other time, on the same tables of the same engine. */
async function measureBlocks(blocks: number, size: number, nodeArgs: readonly string[]): Promise<Block[]> {
  return withParts(async (parts) => {
    const { moveBare, moveFleet } = await openWays(parts, blocks, { size, nodeArgs });
    await moveBare('bare-warm', WARM_UP);
    await moveFleet('fleet-warm', WARM_UP);
    const measured: Block[] = [];
    for (let block = 0; block < blocks; block += 1) {
      const [bare, fleet] = [() => moveBare(`bare${block}`, size), () => moveFleet(`fleet${block}`, size)];
      const before = block % 2 === 0 ? undefined : await fleet();
      const barePerSecond = await bare();
      measured.push({ barePerSecond, fleetPerSecond: before ?? (await fleet()) });
    }
    return measured;
  });
}

/** Of all that was moved, as one: devices over seconds. */
const overall = (rates: readonly number[]): number =>
  rates.length / rates.reduce((sum, rate) => sum + 1 / rate, 0);

function report(label: string, blocks: readonly Block[]): void {
  const bare = blocks.map(({ barePerSecond }) => barePerSecond);
  const fleet = blocks.map(({ fleetPerSecond }) => fleetPerSecond);
  const ratios = blocks.map(({ barePerSecond, fleetPerSecond }) => fleetPerSecond / barePerSecond);
  const total = overall(fleet) / overall(bare);
  console.log(
    `  ${label.padEnd(26)} bare ${overall(bare).toFixed(0).padStart(5)}/s   fleet ${overall(fleet).toFixed(0).padStart(5)}/s   ` +
      `×${total.toFixed(2)} of all   ×${describeRange(ratios)} by block`,
  );
}

/**
 * The rate of a fleet against that of bare TransactWriteItems, with all that follows a move running beside both, and
 * without it.
 */
export async function measureRate(devices: number): Promise<void> {
  const blocks = Math.max(2, Math.round(devices / BLOCK));
  const size = Math.round(devices / blocks);
  console.log(
    `fleet rate: ${blocks} blocks of ${size} devices either way in turns, ${IN_FLIGHT} transactions at a time; goal ×0.80`,
  );
  report('with followers', await measureBlocks(blocks, size, []));
  report('without followers', await measureBlocks(blocks, size, QUIET));
}
