import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { devicectl } from '@device-lifecycle/test-kit/laptop/devicectl.ts';
import type { TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { parse } from 'csv-parse/sync';
import type { OpenLoop } from './open-loop.ts';
import { deviceIdOf, isConnected, type Slot, vacate } from './slots.ts';
import { decommissionByExecution, noteFleet } from './steps.ts';
import { runStep } from './traffic.ts';
import type { World } from './world.ts';

const FLEET_SIZE = 10;
const SECONDS_A_DAY = 86_400;
/** The retention is thirty days. */
const JUMP_SECONDS = 31 * SECONDS_A_DAY;
/** After which the rest of an expired device goes. */
const AFTERLIFE_SECONDS = 61;
const SETTLE_MS = 3_000;
const POLL_MS = 500;

/** A small lot leaves service by a file and the operators' tool; whose outcome the report does not tell, by an execution. */
export async function decommissionFleet(world: World, name: string): Promise<void> {
  const lot = world.slots
    .filter((slot) => !slot.isBusy && slot.standing === 'active' && isConnected(slot))
    .slice(0, FLEET_SIZE);
  for (const slot of lot) {
    slot.isBusy = true;
    slot.standing = 'unknown';
  }
  const directory = dirname(world.stack.stackFile);
  const [file, report] = [join(directory, `${name}.csv`), join(directory, `${name}.report.csv`)];
  const startedAt = performance.now();
  await writeFile(file, ['deviceId', ...lot.map(deviceIdOf), ''].join('\n'));
  const { exitCode, printed } = await devicectl(world.stack, [
    'fleet',
    'decommission',
    file,
    '--reason',
    'soak',
    '--yes',
  ]);
  world.latencies.record('fleet of ten', performance.now() - startedAt);
  world.ended['fleet'] = (world.ended['fleet'] ?? 0) + 1;
  if (exitCode !== 0) console.error(`  devicectl ended with ${exitCode}: ${printed.split('\n').at(-1)}`);
  const text = await readFile(report, 'utf8').catch(() => '');
  const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[];
  const left = noteFleet(lot, new Map(rows.map((row) => [String(row['deviceId']), row])));
  for (const slot of lot) slot.isBusy = false;
  for (const slot of left) await runStep(world, slot, decommissionByExecution);
  await Promise.all([file, report].map((path) => rm(path, { force: true })));
}

const isAtRest = (world: World) =>
  world.ledger.counts().open === 0 &&
  world.executions.running === 0 &&
  world.slots.every(({ isBusy }) => !isBusy);

async function isPending(tables: TableReader): Promise<boolean> {
  const { devices, invalidDevices } = await tables.read();
  return [...devices, ...invalidDevices].some((record) => record['pendingSince'] !== undefined);
}

/** Waits until nothing is under way, for `maxMs` or until `signal` aborts. @returns whether nothing is */
export async function rest(
  world: World,
  tables: TableReader,
  maxMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const giveUpAt = performance.now() + maxMs;
  for (;;) {
    if (isAtRest(world) && !(await isPending(tables).catch(() => true))) return true;
    if (performance.now() > giveUpAt || signal?.aborted === true) return false;
    await delay(POLL_MS);
  }
}

async function advance(world: World, seconds: number): Promise<void> {
  const { offsetSeconds } = await advanceClock(world.stack, seconds);
  world.clockOffsetSeconds = offsetSeconds;
}

const hasExpired = ({ nowSeconds }: World, { standing, isHeld, ttl }: Slot) =>
  standing === 'decommissioned' && !isHeld && ttl !== undefined && ttl < nowSeconds;

/** Moves time on until retentions end, when nothing is under way, since that would grow old by the jump. */
export async function moveTime({
  world,
  loop,
  tables,
  signal,
}: {
  readonly world: World;
  readonly loop: OpenLoop;
  readonly tables: TableReader;
  /** Whether it is still worth it. */
  readonly signal: AbortSignal;
}): Promise<void> {
  const MAX_REST_MS = 90_000;
  loop.hold();
  try {
    if (!(await rest(world, tables, MAX_REST_MS, signal))) return;
    // Readers of the streams are through.
    await delay(SETTLE_MS);
    await advance(world, JUMP_SECONDS);
    const expired = world.slots.filter((slot) => hasExpired(world, slot));
    for (const slot of expired) world.gone.push(vacate(slot));
    await delay(SETTLE_MS);
    await advance(world, AFTERLIFE_SECONDS);
    await delay(SETTLE_MS);
  } finally {
    loop.goOn();
  }
}
