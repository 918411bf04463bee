import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createClock, type ManualClock } from '@device-lifecycle/test-kit/clock.ts';
import type { Tables } from '../../../shared/adapters/device-store/operation.ts';
import type { Decommission, Device, InvalidDevice } from '../../../shared/domain/device.ts';
import { epochSeconds } from '../../../shared/domain/retention.ts';
import type {
  DecommissionOutcome,
  DeviceStore,
  GhostObserver,
  GhostSighting,
  Snapshot,
  Timing,
} from '../../../shared/ports.ts';
import { aDecommission } from './devices.ts';
import { createTables, createTestClient, type Item } from './tables.ts';
import { createWholeStore } from './whole-store.ts';

export type TableName = keyof Tables;

/** A device store with tables of its own, and a way to look behind it. */
export interface StoreFixture extends Timing {
  readonly client: DynamoDBClient;
  readonly tables: Tables;
  readonly store: DeviceStore;
  readonly clock: ManualClock;
  /** What the commands have reported of devices that are out of service. */
  readonly ghosts: readonly GhostSighting[];
  readonly observeGhost: GhostObserver;
  /** Puts a record as it is, without the store's doing. */
  put(table: TableName, record: object): Promise<void>;
  putItem(table: TableName, item: Item): Promise<void>;
  /** As it is stored, but for `step`: whom that concerns reads the stream. */
  readItem(table: TableName, id: string): Promise<Item | undefined>;
  /** The same, as a plain object. */
  read(table: TableName, id: string): Promise<Record<string, unknown> | undefined>;
  /** Reads a device that must be there. */
  device(id: string): Promise<Snapshot<Device>>;
  invalidDevice(id: string): Promise<Snapshot<InvalidDevice>>;
  /** Decommissions a device that must be there; `ttlInSeconds` from the clock's time on. */
  decommission(
    id: string,
    options?: { readonly decommission?: Partial<Decommission>; readonly ttlInSeconds?: number | undefined },
  ): Promise<DecommissionOutcome>;
}

const DEADLINE_MS = 5_000;

function found<T>(record: T | undefined, id: string): T {
  if (record === undefined) throw new Error(`There is no record "${id}".`);
  return record;
}

export async function createStoreFixture(endpoint: string): Promise<StoreFixture> {
  const client = createTestClient(endpoint);
  const tables = await createTables(client);
  const store = createWholeStore({ client, tables });
  const clock = createClock();
  const ghosts: GhostSighting[] = [];
  /** Always as far ahead: the tests' clock jumps. */
  const timing = {
    clock,
    get deadlineEpochMs() {
      return clock() + DEADLINE_MS;
    },
  };
  const device = async (id: string) => found(await store.readDevice(id, timing), id);
  const readItem = async (table: TableName, id: string) => {
    const get = new GetItemCommand({ TableName: tables[table], Key: { id: { S: id } } });
    const { step: _, ...record } = (await client.send(get)).Item ?? {};
    return record['id'] === undefined ? undefined : record;
  };
  const putItem = async (table: TableName, item: Item) => {
    await client.send(new PutItemCommand({ TableName: tables[table], Item: item }));
  };
  return {
    clock,
    ghosts,
    observeGhost: (sighting) => void ghosts.push(sighting),
    get deadlineEpochMs() {
      return timing.deadlineEpochMs;
    },
    client,
    tables,
    store,
    device,
    readItem,
    putItem,
    put: (table, record) => putItem(table, marshall(record, { removeUndefinedValues: true })),
    async read(table, id) {
      const item = await readItem(table, id);
      return item === undefined ? undefined : unmarshall(item);
    },
    invalidDevice: async (id) => found(await store.readInvalidDevice(id, timing), id),
    async decommission(id, { decommission = {}, ttlInSeconds } = {}) {
      const ttl = ttlInSeconds === undefined ? undefined : epochSeconds(clock()) + ttlInSeconds;
      const change = { decommission: aDecommission(decommission), ttl };
      return store.decommission(await device(id), change, timing);
    },
  };
}
