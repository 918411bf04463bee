import { availableParallelism } from 'node:os';
import type { Device } from '../../demo/device.ts';
import { type RunningStack, startStack } from '../../demo/stack.ts';
import { createTableReader, type TableReader } from '../../demo/tables.ts';
import { createDeadLetters } from '../../tests/support/dead-letters.ts';
import { connectAll, makeIdentities, registerAll } from './devices.ts';
import { type HeartbeatRun, runHeartbeats } from './heartbeat-run.ts';
import { between, type ProcessorTimes, processorTimes } from './processor-time.ts';

const DEVICES = 1_000;
const SECONDS = 20;
/** Heartbeats a second: a heartbeat a second and device first, then less, until the service keeps up. */
const RATES = [1_000, 600, 500, 400, 300, 200];
/** The service keeps up while it is not further behind than this. */
const KEEPS_UP_SECONDS = 0.5;

/** How many devices have in their records the time of their last heartbeat. */
async function countStored(tables: TableReader, { last }: HeartbeatRun): Promise<number> {
  const { devices } = await tables.read();
  return devices.filter(({ id, lastSeenAt }) => {
    const { sentAt = Number.NaN, acknowledgedAt = Number.NaN } = last.get(id) ?? {};
    return Number(lastSeenAt) >= sentAt && Number(lastSeenAt) <= acknowledgedAt;
  }).length;
}

const COLUMNS = [
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

const row = (cells: readonly string[]) => `  ${cells.map((cell) => cell.padStart(10)).join(' ')}`;

function describeRun(perSecond: number, run: HeartbeatRun, stored: number): string {
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
function describeUse({ published, seconds }: HeartbeatRun, used: ProcessorTimes): string {
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

async function measureRate(stack: RunningStack, devices: readonly Device[], perSecond: number) {
  const times = () => processorTimes(stack.functions['recordHeartbeat'] ?? '');
  const before = await times();
  const run = await runHeartbeats(devices, perSecond, SECONDS);
  return { run, used: between(before, await times()) };
}

/**
 * Whether a heartbeat is lost between 1,000 devices, connected at once over mutual TLS, and their records, and how many
 * a second the service keeps up with. Clients, runtime and table engine share the machine.
 */
export async function measureHeartbeats(): Promise<void> {
  const stack = await startStack();
  const tables = createTableReader(stack);
  const deadLetters = createDeadLetters(stack);
  const devices: Device[] = [];
  try {
    const identities = await makeIdentities(stack, DEVICES);
    const startedAt = performance.now();
    devices.push(...(await connectAll(stack, identities)));
    const connectedIn = (performance.now() - startedAt) / 1000;
    await registerAll(devices);
    // Compiles what the heartbeats need, and lets the functions do what has been left to them so far.
    await runHeartbeats(devices, 200, 10);
    console.log(
      `heartbeats: ${DEVICES} devices over mutual TLS, connected and subscribed at once in ${connectedIn.toFixed(1)} s; ` +
        `${SECONDS} s at each rate, evenly spread, until the service keeps up\n\n${row(COLUMNS)}`,
    );
    for (const perSecond of RATES) {
      const { run, used } = await measureRate(stack, devices, perSecond);
      console.log(describeRun(perSecond, run, await countStored(tables, run)));
      console.log(describeUse(run, used));
      if (run.behind <= perSecond * KEEPS_UP_SECONDS) break;
    }
    console.log(`\n  dead letters: ${(await deadLetters.drain()).length}\n`);
  } finally {
    for (const { mqtt } of devices) mqtt.end(true);
    deadLetters.close();
    tables.close();
    await stack.stop();
  }
}
