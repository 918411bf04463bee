import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader, type TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { createDeadLetters } from '../../tests/support/dead-letters.ts';
import { saveResult } from '../results.ts';
import { connectAll, makeIdentities, registerAll } from './devices.ts';
import { COLUMNS, describe, figuresOf, keepsUp, type Measured, panelOf, row } from './heartbeat-figures.ts';
import { type HeartbeatRun, runHeartbeats } from './heartbeat-run.ts';
import { between, processorTimes } from './processor-time.ts';

interface Size {
  readonly devices: number;
  readonly seconds: number;
  /** Heartbeats a second: a heartbeat a second and device first, then less, until the service keeps up. */
  readonly rates: readonly number[];
}

const FULL: Size = { devices: 1_000, seconds: 20, rates: [1_000, 800, 700, 600, 500, 400, 300, 200] };
/** That everything works shows with these. */
const QUICK: Size = { devices: 20, seconds: 2, rates: [50] };
/** Compiles what the heartbeats need, and lets the functions do what has been left to them so far. */
const WARM_UP_SHARE = 0.2;

/** How many devices have in their records the time of their last heartbeat. */
async function countStored(tables: TableReader, { last }: HeartbeatRun): Promise<number> {
  const { devices } = await tables.read();
  return devices.filter(({ id, lastSeenAt }) => {
    const { sentAt = Number.NaN, acknowledgedAt = Number.NaN } = last.get(id) ?? {};
    return Number(lastSeenAt) >= sentAt && Number(lastSeenAt) <= acknowledgedAt;
  }).length;
}

/** Rate by rate, until the service keeps up. */
async function measureRates(
  stack: RunningStack,
  devices: readonly Device[],
  { rates, seconds }: Size,
): Promise<Measured[]> {
  const tables = createTableReader(stack);
  const times = () => processorTimes(stack.functions['recordHeartbeat'] ?? '');
  const all: Measured[] = [];
  try {
    for (const perSecond of rates) {
      const before = await times();
      const run = await runHeartbeats(devices, perSecond, seconds);
      const used = between(before, await times());
      const measured = { perSecond, run, used, stored: await countStored(tables, run) };
      all.push(measured);
      console.log(describe(measured));
      if (keepsUp(measured)) break;
    }
  } finally {
    tables.close();
  }
  return all;
}

interface Connected {
  readonly devices: readonly Device[];
  readonly connectedInSeconds: number;
}

async function connect(stack: RunningStack, size: Size, parts: DisposableStack): Promise<Connected> {
  const identities = await makeIdentities(stack, size.devices);
  const startedAt = performance.now();
  const devices = await connectAll(stack, identities);
  parts.defer(() => {
    for (const { mqtt } of devices) mqtt.end(true);
  });
  const connectedInSeconds = (performance.now() - startedAt) / 1000;
  await registerAll(devices);
  return { devices, connectedInSeconds };
}

/**
 * Whether a heartbeat is lost between 1,000 devices, connected at once over mutual TLS, and their records, and how many
 * a second the service keeps up with. Clients, runtime and table engine share the machine.
 */
export async function measureHeartbeats(args: readonly string[]): Promise<void> {
  const size = args.includes('--quick') ? QUICK : FULL;
  const stack = await startStack();
  const parts = new DisposableStack();
  try {
    const deadLetters = createDeadLetters(stack);
    parts.defer(() => deadLetters.close());
    const { devices, connectedInSeconds } = await connect(stack, size, parts);
    await runHeartbeats(devices, Math.round(size.devices * WARM_UP_SHARE), size.seconds / 2);
    console.log(
      `heartbeats: ${size.devices} devices over mutual TLS, connected and subscribed at once in ${connectedInSeconds.toFixed(1)} s; ` +
        `${size.seconds} s at each rate, evenly spread, until the service keeps up\n\n${row(COLUMNS)}`,
    );
    const all = await measureRates(stack, devices, size);
    const letters = (await deadLetters.drain()).length;
    console.log(`\n  dead letters: ${letters}\n`);
    await saveResult({
      name: 'mqtt-heartbeats',
      title: `heartbeats of ${size.devices} devices over mutual TLS`,
      command: 'npm run bench -- mqtt-heartbeats',
      figures: figuresOf(all, { devices: size.devices, deadLetters: letters, connectedInSeconds }),
      panels: all.slice(-1).map(panelOf),
      raw: all.map(({ run: { last: _, ...run }, ...measured }) => ({ ...measured, run })),
    });
  } finally {
    parts.dispose();
    await stack.stop();
  }
}
