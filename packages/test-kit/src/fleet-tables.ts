import { createDynamoDbCall, type DynamoDbCall } from '@device-lifecycle/local/engine/dynamodb-call.ts';
import { createTableKeeper, type TableDefinition } from '@device-lifecycle/local/engine/table-keeper.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { itemsOf } from './fleet-devices.ts';

const REGION = 'us-east-1';
/** What BatchWriteItem takes at once. */
const ITEMS_AT_ONCE = 25;
const CALLS_AT_ONCE = 4;

/** The tables of the template in an engine, before the runtime comes to it. */
export interface SeededTables {
  readonly call: DynamoDbCall;
  readonly tables: { readonly devices: string; readonly invalidDevices: string };
  /** Puts devices and their guards into the main table. */
  put(devices: Iterable<Device>): Promise<void>;
  /** Turns the streams on, as the template has them. */
  enableStreams(): Promise<void>;
}

function tableNamed(tables: readonly TableDefinition[], suffix: string): string {
  const found = tables.find(({ tableName }) => tableName.endsWith(suffix));
  if (found === undefined) throw new Error(`The template has no table whose name ends with ${suffix}.`);
  return found.tableName;
}

/**
 * Makes the template's tables with their streams off: a million devices that are put there are none of the streams'
 * readers' business. Calls go to the engine itself.
 */
export async function createSeededTables(engineUrl: string): Promise<SeededTables> {
  const { stack } = await packagedTemplate();
  const withoutStreams = stack.tables.map(({ createTable, ...table }) => {
    const { StreamSpecification: _, ...rest } = createTable;
    return { ...table, createTable: rest };
  });
  const timeToLive = {
    attributeOf: () => undefined,
    isSaid: () => false,
    set: async () => undefined,
    forget: async () => undefined,
  };
  const keeper = createTableKeeper({ url: engineUrl, region: REGION, timeToLive });
  await Promise.all(withoutStreams.map((table) => keeper.put(table)));
  const call = createDynamoDbCall(engineUrl, REGION);
  const invalidDevices = tableNamed(stack.tables, '-invalid-devices');
  const devices = tableNamed(
    stack.tables.filter(({ tableName }) => tableName !== invalidDevices),
    '-devices',
  );
  return {
    call,
    tables: { devices, invalidDevices },
    put: (seeded) => putDevices(call, devices, seeded),
    async enableStreams() {
      for (const { tableName, createTable } of stack.tables) {
        const { StreamSpecification } = createTable;
        await call('UpdateTable', { TableName: tableName, StreamSpecification });
      }
    },
  };
}

function* requestsOf(devices: Iterable<Device>): Generator<object[]> {
  let requests: object[] = [];
  for (const device of devices) {
    for (const Item of itemsOf(device)) requests.push({ PutRequest: { Item } });
    if (requests.length + 2 <= ITEMS_AT_ONCE) continue;
    yield requests;
    requests = [];
  }
  if (requests.length > 0) yield requests;
}

/** Puts devices and their guards into the table, several calls at a time. */
export async function putDevices(
  call: DynamoDbCall,
  table: string,
  devices: Iterable<Device>,
): Promise<void> {
  const batches = requestsOf(devices);
  const worker = async () => {
    for (const requests of batches) {
      const { UnprocessedItems } = await call('BatchWriteItem', { RequestItems: { [table]: requests } });
      if (Object.keys(Object(UnprocessedItems)).length > 0)
        throw new Error('The engine is too busy to seed.');
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}
