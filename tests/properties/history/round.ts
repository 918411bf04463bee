import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createTables, createTestClient, scanTable } from '@device-lifecycle/test-kit/tables.ts';
import { createWholeStore } from '@device-lifecycle/test-kit/whole-store.ts';
import { type Image, readChanges } from '../../support/table-changes.ts';
import type { TableChanges } from '../concurrency/history.ts';
import type { Attempt, Sweep } from './attempt.ts';
import { MAX_SKEW_MS, Schedule } from './schedule.ts';
import { Simulation, withoutRealTime } from './simulation.ts';
import { Sweeper } from './sweeper.ts';

/** What everybody saw of a round, and what it has left behind. Tables are by id. */
export interface PlayedRound {
  readonly seed: number;
  readonly attempts: readonly Attempt[];
  readonly sweeps: readonly Sweep[];
  /** Step by step; the same seed has the same. */
  readonly trace: readonly string[];
  readonly changes: TableChanges;
  readonly devices: ReadonlyMap<string, Image>;
  readonly invalidDevices: ReadonlyMap<string, Image>;
  /** By the clock that is furthest ahead. */
  readonly nowEpochMs: number;
}

const REQUESTS = 60;

/** Plays a round on tables of its own. */
export async function playRound(seed: number, endpoint: string): Promise<PlayedRound> {
  const client = createTestClient(endpoint);
  const tables = await createTables(client);
  const simulation = new Simulation(client, (arrival) => schedule.noteArrival(arrival));
  const parts = {
    simulation,
    store: createWholeStore({ client, tables }),
    sweeper: new Sweeper(client, tables),
  };
  const schedule = new Schedule(seed, REQUESTS, parts);
  await withoutRealTime(() => schedule.play());

  const readImages = async (table: string) => {
    const items = await scanTable(client, table);
    return new Map([...items].map(([id, item]) => [id, unmarshall(item) as Image]));
  };
  const { attempts, sweeps, trace } = schedule;
  const nowEpochMs = schedule.nowEpochMs + MAX_SKEW_MS;
  const round = {
    ...{ seed, attempts, sweeps, trace, nowEpochMs },
    changes: {
      devices: await readChanges(client, endpoint, tables.devices),
      invalidDevices: await readChanges(client, endpoint, tables.invalidDevices),
    },
    devices: await readImages(tables.devices),
    invalidDevices: await readImages(tables.invalidDevices),
  };
  for (const TableName of Object.values(tables)) await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
  return round;
}
