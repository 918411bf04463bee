/**
 * The reference, in a process of its own: bare TransactWriteItems with the SDK, the calls made beforehand. Takes
 * {@link BareOrder}, answers `ready` once its calls are made, and `go` with the {@link BareRound}.
 */
import {
  type DynamoDBClient,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { itemsOf, makeDevice } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { decommission } from '../../shared/adapters/device-store/decommission.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { toSnapshot } from '../../shared/adapters/device-store/records.ts';
import type { Device } from '../../shared/domain/device.ts';
import { measureRound, type Round } from '../measure.ts';

export interface BareOrder {
  readonly engineUrl: string;
  readonly tables: { readonly devices: string; readonly invalidDevices: string };
  /** The prefix of the devices' ids. */
  readonly fleet: string;
  readonly devices: number;
  readonly inFlight: number;
}

/** What bare calls came to. */
export interface BareRound extends Round {
  /** Processor time of the process that made them. */
  readonly cpuSeconds: number;
}

const MICROSECONDS = 1e6;
const RETENTION_SECONDS = 30 * 86_400;

/** The very call that the service makes for a device, made without the service. */
async function captureCalls({
  tables,
  fleet,
  devices,
}: BareOrder): Promise<TransactWriteItemsCommandInput[]> {
  const calls: TransactWriteItemsCommandInput[] = [];
  const recorder = {
    send: async ({ input }: TransactWriteItemsCommand) => void calls.push(input),
  } as unknown as DynamoDBClient;
  const store = createDeviceStore({ client: recorder, tables }, { decommission });
  const at = Date.now();
  const timing = { clock: () => at, deadlineEpochMs: Number.POSITIVE_INFINITY };
  const why = {
    at,
    reason: 'benchmark',
    requestedBy: 'bench',
    requestId: `bench-${fleet}`,
    requestedAt: at,
    source: 'execution',
    correlationId: `arn:aws:states:us-east-1:000000000000:execution:device-lifecycle-dev-decommission-fleet:bench-${fleet}`,
  } as const;
  for (let index = 0; index < devices; index += 1) {
    const [record = {}] = itemsOf(makeDevice(fleet, index));
    const ttl = Math.floor(at / 1000) + RETENTION_SECONDS;
    await store.decommission(toSnapshot<Device>(record), { decommission: why, ttl }, timing);
  }
  return calls;
}

let prepared: (() => Promise<BareRound>) | undefined;

async function prepare(order: BareOrder): Promise<() => Promise<BareRound>> {
  const calls = await captureCalls(order);
  return async () => {
    const client = createDynamoDbClient({
      // The SDK's own limit is 50.
      requestHandler: { httpAgent: { maxSockets: order.inFlight } },
      endpoint: order.engineUrl,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const before = process.cpuUsage();
    const round = await measureRound(calls, order.inFlight, async (call) => {
      await client.send(new TransactWriteItemsCommand(call));
    });
    const { user, system } = process.cpuUsage(before);
    client.destroy();
    return { ...round, cpuSeconds: (user + system) / MICROSECONDS };
  };
}

process.on('message', async (message: BareOrder | 'go') => {
  if (message === 'go') process.send?.(await prepared?.());
  else {
    prepared = await prepare(message);
    process.send?.('ready');
  }
});
