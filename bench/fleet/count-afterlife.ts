import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDbCall } from '@device-lifecycle/local/engine/dynamodb-call.ts';
import { addCounts, type Counts } from '@device-lifecycle/operator/fleet/prices.ts';
import { deviceIdOf, makeDevice } from '@device-lifecycle/test-kit/fleet-devices.ts';
import type { Device } from '../../shared/domain/device.ts';
import { createFleet } from '../identities.ts';
import {
  countsOfFunctions,
  countsOfUnits,
  createRequestCounter,
  ofServices,
  perMillion,
  type Requests,
  readFunctionUsage,
  requestsTo,
  since,
  without,
} from './count-move.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { openEngine, openRuntime, withParts } from './fleets.ts';
import type { FleetRuntime } from './runtime.ts';

/** Devices with a thing and an active certificate each, which the runtime's AWS IoT knows. */
async function makeDevicesWithCertificates(
  { clientConfig, stack }: FleetRuntime,
  prefix: string,
  count: number,
): Promise<Device[]> {
  const fleet = await createFleet({ clientConfig, policies: stack.policies });
  const devices: Device[] = [];
  for (let index = 0; index < count; index += 1) {
    const { certificateId } = await fleet.make(deviceIdOf(prefix, index));
    devices.push(makeDevice(prefix, index, [certificateId]));
  }
  fleet.close();
  return devices;
}

/** Signing names. */
const IOT = ['iot', 'iotdata'];
const POLL_MS = 1_000;
/** Past the retention of 30 days. */
const ADVANCE_SECONDS = 31 * 86_400;
/** Those that follow a move; that of the move itself is counted for itself. */
const FOLLOWERS = ['settle-moved-devices', 'publish-events', 'reconcile-credentials'];

/** Resolves once nothing is left to be done in AWS IoT, and nothing runs. */
async function settled(runtime: FleetRuntime, call: DynamoDbCall): Promise<void> {
  const { devices, invalidDevices } = runtime.stack.tables;
  for (const TableName of [devices, invalidDevices]) {
    const page = { TableName, IndexName: 'pending-credentials', Limit: 1 };
    while (Number((await call('Scan', page))['Count']) > 0) await delay(POLL_MS);
  }
  await runtime.quiet();
}

async function removedByTtl(runtime: FleetRuntime, call: DynamoDbCall): Promise<void> {
  const { invalidDevices: TableName } = runtime.stack.tables;
  const expiring = { TableName, FilterExpression: 'attribute_exists(decommission)', Select: 'COUNT' };
  while (Number((await call('Scan', expiring))['Count']) > 0) await delay(POLL_MS);
}

/** What AWS charges for, as it grows. */
interface Reading {
  readonly functions: Counts;
  readonly requests: Requests;
  readonly events: number;
}

/** What a million devices would be charged for. */
export interface Afterlife {
  /** Certificates that are turned off, and the event about it. */
  readonly follow: Counts;
  readonly purge: Counts;
  /** Of all that was counted, the move too: calls of AWS IoT by operation, for each device. */
  readonly iotCalls: Requests;
  /** The same of read units, by table and index. */
  readonly readUnits: Requests;
}

/**
 * Takes devices with a certificate each from the move to the end of their afterlife, and counts what AWS would charge
 * for a million, beyond the `move` itself.
 */
export async function countAfterlife(devices: number, move: Counts): Promise<Afterlife> {
  return withParts(async (parts) => {
    const { url, seeded } = await openEngine(parts);
    await seeded.enableStreams();
    const proxy = await startCountingProxy(url);
    parts.defer(() => proxy.stop());
    const counter = await createRequestCounter();
    parts.defer(() => counter.close());
    const { runtime, fleets } = await openRuntime(parts, proxy.url, counter.options);
    await seeded.put(await makeDevicesWithCertificates(runtime, 'counted', devices));
    await runtime.quiet();

    async function read(): Promise<Reading> {
      const usage = await readFunctionUsage(runtime.logsDirectory);
      const ofFollowers = [...usage].filter(([name]) => FOLLOWERS.includes(name)).map(([, used]) => used);
      return {
        functions: countsOfFunctions(ofFollowers),
        requests: await counter.read(runtime.pid),
        events: usage.get('publish-events')?.accepted ?? 0,
      };
    }
    const iotCalls: Record<string, number> = {};
    const readUnits: Record<string, number> = {};
    const add = (sums: Record<string, number>, counts: Requests) => {
      for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count / devices;
    };
    async function countOf(work: () => Promise<void>): Promise<Counts> {
      const before = await read();
      proxy.take();
      await work();
      const after = await read();
      const requests = since(before.requests, after.requests);
      const units = proxy.take();
      add(iotCalls, ofServices(IOT, requests));
      add(readUnits, units.read);
      return addCounts(countsOfUnits(units), without(after.functions, before.functions), {
        events: after.events - before.events,
        iotOperations: requestsTo(IOT, requests),
      });
    }

    const follow = await countOf(async () => {
      await fleets.decommission({ fleet: 'counted', devices });
      await settled(runtime, seeded.call);
    });
    const purge = await countOf(async () => {
      await fetch(`${runtime.stack.awsEndpointUrl}/_local/clock`, {
        method: 'POST',
        body: JSON.stringify({ advanceSeconds: ADVANCE_SECONDS }),
      });
      await removedByTtl(runtime, seeded.call);
      await settled(runtime, seeded.call);
    });
    const { writeRequestUnits = 0, readRequestUnits = 0 } = move;
    return {
      follow: without(perMillion(follow, devices), { writeRequestUnits, readRequestUnits }),
      purge: perMillion(purge, devices),
      iotCalls,
      readUnits,
    };
  });
}
