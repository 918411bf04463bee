import type { ObjectStore } from '@device-lifecycle/local/contracts.ts';
import { type DataDirectory, openDataDirectory } from '@device-lifecycle/local/data/data-directory.ts';
import type { Database } from '@device-lifecycle/local/data/database.ts';
import { createDiskExecutionStore } from '@device-lifecycle/local/states/disk-execution-store.ts';
import { Killed } from '../mortal.ts';
import type { Cloud } from './cloud.ts';
import { createExecutions, type Executions, invokerOf } from './executions.ts';
import type { Platform } from './platform.ts';
import { Fate } from './processes.ts';

interface Incarnation {
  readonly executions: Executions;
  readonly data: DataDirectory;
  isDead: boolean;
}

/** The same, until it dies: then what it writes is lost. */
function mortalDatabase(database: Database, write: (act: () => void) => void): Database {
  const mortal: Pick<Database, 'prepare' | 'transact' | 'write' | 'committed'> = {
    prepare: (sql) => database.prepare(sql),
    transact: (sql) => database.transact(sql),
    write: (...parts) => write(() => database.write(...parts)),
    committed: () => database.committed(),
  };
  return mortal as Database;
}

function mortalObjects(objects: ObjectStore, isDead: () => boolean): ObjectStore {
  function assertAlive(): void {
    if (isDead()) throw new Killed();
  }
  return {
    async read(...place) {
      assertAlive();
      return objects.read(...place);
    },
    async write(bucket, key, body) {
      assertAlive();
      await objects.write(bucket, key, body);
    },
    list: (...place) => objects.list(...place),
  };
}

interface Parts {
  readonly platform: Platform;
  /** Of the runtime: its effects are what it writes into its database. */
  readonly fate: Fate;
  readonly directory: string;
}

/** Executions that outlive the runtime, which is started again whenever it has ended. */
export async function startKeptExecutions(
  cloud: Cloud,
  { platform, fate, directory }: Parts,
): Promise<Executions> {
  /** What an operator has asked for, and has not heard of: he asks again. */
  const unanswered: Parameters<Executions['start']>[] = [];

  async function boot(): Promise<Incarnation> {
    const data = await openDataDirectory(directory, 'us-east-1');
    platform.fate = new Fate();
    const incarnation: Pick<Incarnation, 'data' | 'isDead'> = { data, isDead: false };
    const write = (act: () => void) => {
      if (incarnation.isDead) return;
      const when = fate.meet({ name: 'runtime write', isRead: false });
      if (when !== 'before') act();
      if (when === undefined) return;
      incarnation.isDead = true;
      // Functions run in its process.
      platform.fate.isOver = true;
    };
    const database = mortalDatabase(data.database, write);
    const store = createDiskExecutionStore(database);
    const objects = mortalObjects(cloud.objects, () => incarnation.isDead);
    const executions = createExecutions(
      { clock: cloud.clock, template: cloud.template, objects },
      invokerOf(platform),
      { spoolDirectory: data.paths.mapRuns, store, interrupted: store.interrupted },
    );
    return Object.assign(incarnation, { executions });
  }

  let current = await boot();

  async function end(): Promise<void> {
    await current.executions.close();
    current.data.close();
  }
  async function restart(): Promise<void> {
    await fate.ended();
    await end();
    current = await boot();
    for (const request of unanswered.splice(0)) start(...request);
  }
  const start: Executions['start'] = (...request) => {
    try {
      current.executions.start(...request);
    } catch (error) {
      if (!current.isDead) throw error;
      unanswered.push(request);
    }
  };

  return {
    get service() {
      return current.executions.service;
    },
    start,
    async settle() {
      for (;;) {
        await current.executions.settle(() => current.isDead);
        if (!current.isDead) return;
        await restart();
      }
    },
    outcomes: () => current.executions.outcomes(),
    close: end,
  };
}
