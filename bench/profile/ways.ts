import { readFile } from 'node:fs/promises';
import { TransactWriteItemsCommand, type TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import type { StackFile } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { findProcess } from '../fleet/processes.ts';
import { openEngine, openRuntime } from '../fleet/with-parts.ts';
import { measureRound } from '../measure.ts';
import { captureCalls, connectAll, makeDevices, moveByCommand, OPERATIONS, putDevices } from '../move.ts';
import { type Observed, observe, observeThisProcess } from './processor.ts';

/** As `npm run bench -- move` has it. */
const CONCURRENCY = 16;

/** Devices that nobody has moved yet. */
export interface Prepared {
  /** Moves them, and does nothing else. */
  move(): Promise<unknown>;
  end?(): void;
}

/** One way to move devices. */
export interface Way {
  readonly name: string;
  prepare(round: string, devices: number): Promise<Prepared>;
}

export interface Ways {
  readonly ways: readonly Way[];
  /** This process, which makes the calls and has the MQTT clients, and the runtime. */
  readonly observed: readonly Observed[];
  readonly enginePid: number;
  /** Resolves once what follows the moves is done. */
  quiet(): Promise<void>;
}

/**
 * All ways on the same tables of one engine: bare calls, the command, the whole way from MQTT to the answer, and a
 * fleet's execution.
 * @param nodeArgs of the runtime
 */
export async function openWays(parts: AsyncDisposableStack, nodeArgs: readonly string[]): Promise<Ways> {
  const { url, seeded } = await openEngine(parts);
  await seeded.enableStreams();
  const { runtime, fleets } = await openRuntime(parts, url, { nodeArgs });
  const { clientConfig } = runtime;
  const stack = { ...(JSON.parse(await readFile(runtime.stackFile, 'utf8')) as StackFile), clientConfig };
  const client = createDynamoDbClient({ ...clientConfig, endpoint: url });
  parts.defer(() => client.destroy());
  const store = createDeviceStore({ client, tables: stack.tables }, OPERATIONS);
  const inspector = await runtime.inspector();
  const observed = [observeThisProcess('caller'), observe('runtime', runtime.pid, inspector)];
  for (const one of observed) parts.defer(() => one.close());

  async function put(letter: string, round: string, count: number) {
    const devices = makeDevices(`${letter}${round}`, count);
    await putDevices(client, stack.tables.devices, devices);
    return devices;
  }
  const bare: Way = {
    name: 'bare',
    async prepare(round, count) {
      const calls = await captureCalls(client, stack.tables, await put('b', round, count));
      const send = async (call: TransactWriteItemsCommandInput) => {
        await client.send(new TransactWriteItemsCommand(call));
      };
      return { move: () => measureRound(calls, CONCURRENCY, send) };
    },
  };
  const command: Way = {
    name: 'command',
    async prepare(round, count) {
      const devices = await put('c', round, count);
      return { move: () => measureRound(devices, CONCURRENCY, ({ id }) => moveByCommand(id, store)) };
    },
  };
  const whole: Way = {
    name: 'whole way',
    async prepare(round, count) {
      const connected = await connectAll(stack, await put('d', round, count));
      return {
        move: () =>
          measureRound(connected, CONCURRENCY, async (device) => {
            const { verdict } = await device.request('decommission', { reason: 'benchmark' });
            if (verdict !== 'accepted') throw new Error(`${device.deviceId} was ${verdict}`);
          }),
        end() {
          for (const { mqtt } of connected) mqtt.end(true);
        },
      };
    },
  };
  const fleet: Way = {
    name: 'fleet',
    async prepare(round, count) {
      const prefix = `fleet${round}`;
      await seeded.put(makeFleet(prefix, count));
      return { move: () => fleets.decommission({ fleet: prefix, devices: count }) };
    },
  };
  return {
    ways: [bare, command, whole, fleet],
    observed,
    enginePid: await findProcess('dynoxide', new URL(url).port),
    quiet: () => runtime.quiet(),
  };
}
