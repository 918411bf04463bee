import { type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { startDynoxide } from '@device-lifecycle/local/engine/dynoxide.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createDynamoDbClient } from '../shared/adapters/clients.ts';
import { createDeviceStore } from '../shared/adapters/device-store/device-store.ts';
import { describeRange, measureRound, median, type Round } from './measure.ts';
import {
  CONCURRENCY,
  captureCalls,
  connectAll,
  makeDevices,
  moveByCommand,
  OPERATIONS,
  putDevices,
  waitForFollowers,
} from './move.ts';
import { type Figure, saveResult } from './results.ts';

interface Size {
  readonly rounds: number;
  /** Of a round, each way. */
  readonly devices: number;
}

const FULL: Size = { rounds: 5, devices: 600 };
/** That everything works shows with these. */
const QUICK: Size = { rounds: 1, devices: 20 };

const log = { info: () => undefined, warn: console.warn, error: console.error };

const WAYS = {
  bare: { label: 'bare TransactWriteItems' },
  command: { label: 'command decommission-device', rateGoal: 0.95 },
  service: { label: 'MQTT → rule → function → tables → answer', rateGoal: 0.75, latencyGoal: 3 },
} as const satisfies Readonly<
  Record<string, { readonly label: string; readonly rateGoal?: number; readonly latencyGoal?: number }>
>;
type Way = keyof typeof WAYS;
type Rounds = Readonly<Record<Way, Round>>;

interface Parts {
  readonly stack: RunningStack;
  /** Of the engine itself. */
  readonly client: DynamoDBClient;
}

/** The same number of devices each way, one way after the other, each once nothing follows the one before. */
async function measureWays({ stack, client }: Parts, round: number, count: number): Promise<Rounds> {
  const store = createDeviceStore({ client, tables: stack.tables }, OPERATIONS);
  const [bare = [], command = [], service = []] = ['b', 'c', 'd'].map((letter) =>
    makeDevices(`${letter}${round}`, count),
  );
  await putDevices(client, stack.tables.devices, [...bare, ...command, ...service]);
  const calls = await captureCalls(client, stack.tables, bare);
  const connected = await connectAll(stack, service);
  await waitForFollowers(store);
  const bareRound = await measureRound(calls, CONCURRENCY, async (call) => {
    await client.send(new TransactWriteItemsCommand(call));
  });
  await waitForFollowers(store);
  const commandRound = await measureRound(command, CONCURRENCY, ({ id }) => moveByCommand(id, store));
  await waitForFollowers(store);
  const serviceRound = await measureRound(connected, CONCURRENCY, async (device) => {
    const { verdict } = await device.request('decommission', { reason: 'benchmark' });
    if (verdict !== 'accepted') throw new Error(`${device.deviceId} was ${verdict}`);
  });
  for (const device of connected) device.mqtt.end(true);
  return { bare: bareRound, command: commandRound, service: serviceRound };
}

/** Of each round, to the bare calls of the same one. */
const ratiosOf = (rounds: readonly Rounds[], way: Way, of: keyof Round): number[] =>
  rounds.map((round) => round[way][of] / round.bare[of]);

const medianOf = (rounds: readonly Rounds[], way: Way, of: keyof Round, digits: number): string =>
  median(rounds.map((round) => round[way][of])).toFixed(digits);

/** Prints a line, and tells what is kept of it. */
function report(rounds: readonly Rounds[], way: Way): Figure[] {
  const { label, ...goals }: { label: string; rateGoal?: number; latencyGoal?: number } = WAYS[way];
  const rates = ratiosOf(rounds, way, 'perSecond');
  const latencies = ratiosOf(rounds, way, 'medianMs');
  const perSecond = medianOf(rounds, way, 'perSecond', 0);
  const ms = medianOf(rounds, way, 'medianMs', 1);
  console.log(
    `  ${label.padEnd(42)} ${perSecond.padStart(6)}/s  ${ms.padStart(6)} ms   ` +
      `rate ×${describeRange(rates)}   latency ×${describeRange(latencies)}`,
  );
  if (way === 'bare') return [];
  return [
    {
      what: `rate, ${label}`,
      measured: `×${describeRange(rates)}, ${perSecond}/s`,
      reference: `bare TransactWriteItems, ${medianOf(rounds, 'bare', 'perSecond', 0)}/s`,
      ...(goals.rateGoal !== undefined && {
        goal: `at least ×${goals.rateGoal}`,
        isMet: median(rates) >= goals.rateGoal,
      }),
    },
    {
      what: `median latency, ${label}`,
      measured: `×${describeRange(latencies)}, ${ms} ms`,
      reference: `bare TransactWriteItems, ${medianOf(rounds, 'bare', 'medianMs', 1)} ms`,
      ...(goals.latencyGoal !== undefined && {
        goal: `at most ×${goals.latencyGoal}`,
        isMet: median(latencies) <= goals.latencyGoal,
      }),
    },
  ];
}

async function keep(rounds: readonly Rounds[]): Promise<void> {
  const ways = Object.keys(WAYS) as Way[];
  await saveResult({
    name: 'move',
    title: 'devices out of service, against the bare transactions',
    command: 'npm run bench -- move',
    figures: ways.flatMap((way) => report(rounds, way)),
    panels: [
      {
        title: 'Devices out of service a second',
        xLabel: '',
        yLabel: 'of the bare rate',
        kind: 'bar',
        categories: ways.map((way) => WAYS[way].label),
        series: [
          {
            name: 'measured',
            points: ways.map((way, index) => [index, median(ratiosOf(rounds, way, 'perSecond'))] as const),
          },
          {
            name: 'goal',
            points: [
              [1, WAYS.command.rateGoal],
              [2, WAYS.service.rateGoal],
            ],
          },
        ],
      },
    ],
    raw: rounds,
  });
}

/**
 * How much of the engine's own rate is left when a device moves through the command, and through the whole service:
 * MQTT publish at QoS 1, rule, function, tables, answer. Every variant does the same transactions on one engine.
 */
export async function measureMoves(args: readonly string[]): Promise<void> {
  const { rounds, devices } = args.includes('--quick') ? QUICK : FULL;
  const engine = await startDynoxide({ log });
  const stack = await startStack(['--dynamodb', engine.url]);
  const client = createDynamoDbClient({ ...stack.clientConfig, endpoint: engine.url });
  console.log(
    `move: ${rounds} rounds of ${devices} devices, ${CONCURRENCY} at a time; medians, and ratios to the bare call\n`,
  );
  try {
    await measureWays({ stack, client }, 0, devices);
    const measured: Rounds[] = [];
    for (let round = 1; round <= rounds; round += 1)
      measured.push(await measureWays({ stack, client }, round, devices));
    await keep(measured);
  } finally {
    client.destroy();
    await stack.stop();
    await engine.close();
  }
}
