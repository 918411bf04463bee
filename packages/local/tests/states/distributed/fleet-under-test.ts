import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type MemoryObjects, memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { HandlerError, type Setup, StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, beforeEach } from '@jest/globals';
import { csvOf, fleetMachine, READER } from './fleet-machine.ts';

/** More are taken for a hang: about as long as a test may take. */
const MAX_POLLS = 3_000;

/** What a child's function gets: a batch of the CSV. */
export interface Work {
  readonly BatchInput?: unknown;
  readonly Items: readonly { readonly deviceId: string }[];
}

/** A batch that a function works on until it is told how that ends. */
export interface OpenWork {
  readonly firstDevice: string;
  succeed(): void;
  fail(): void;
}

/** Functions that work until they are told to end. */
export class Workers {
  readonly open: OpenWork[] = [];
  /** The first devices of all batches that were worked on. */
  readonly seen: string[] = [];
  most = 0;

  readonly handler = (event: unknown): Promise<unknown> => {
    const { Items } = event as Work;
    const firstDevice = Items[0]?.deviceId ?? '';
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const end = (settle: () => void) => () => {
      this.open.splice(this.open.indexOf(work), 1);
      settle();
    };
    const work: OpenWork = {
      firstDevice,
      succeed: end(() => resolve(Items.map(({ deviceId }) => ({ deviceId, outcome: 'moved' })))),
      fail: end(() => reject(new HandlerError({ errorType: 'Throttled', errorMessage: 'Slow down.' }))),
    };
    this.open.push(work);
    this.seen.push(firstDevice);
    this.most = Math.max(this.most, this.open.length);
    return promise;
  };

  /** The batch that begins with a device. */
  at(firstDevice: string): OpenWork {
    const work = this.open.find((candidate) => candidate.firstDevice === firstDevice);
    if (work === undefined) throw new Error(`Nobody works on ${firstDevice}.`);
    return work;
  }
}

/** A fleet of devices in a CSV, ten to a batch, and a machine that goes through them. */
export class FleetUnderTest extends StatesUnderTest {
  readonly objects: MemoryObjects;

  constructor(devices: number, fields: object, setup: Setup, type?: 'STANDARD' | 'EXPRESS') {
    const objects = setup.objects ?? memoryObjects({ 'sources/lot-7.csv': csvOf(devices) });
    const definition = fleetMachine(
      { ItemReader: READER, ItemBatcher: { MaxItemsPerBatch: 10 }, ...fields },
      type,
    );
    super(definition, { ...setup, objects });
    this.objects = objects;
  }

  /** Waits until a condition holds, while the clock stands still: children would time out. */
  async until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    for (let polls = 0; !(await isTrue()); polls += 1) {
      if (polls === MAX_POLLS) throw new Error('It does not come true.');
      await setTimeout(1);
    }
  }

  async status(executionArn: string): Promise<string> {
    return (await this.call('DescribeExecution', { executionArn })).status;
  }

  /** The latest map run of an execution, as DescribeMapRun gives it. */
  // biome-ignore lint/suspicious/noExplicitAny: the answer has the shape of its operation
  async mapRun(executionArn: string): Promise<any> {
    const { mapRuns } = await this.call('ListMapRuns', { executionArn });
    return this.call('DescribeMapRun', { mapRunArn: mapRuns[0].mapRunArn });
  }

  async untilMapRun(executionArn: string, status: string): Promise<void> {
    await this.until(async () => (await this.mapRun(executionArn)).status === status);
  }

  /** The lines of a result file of the latest map run. */
  async results(executionArn: string, file: string): Promise<unknown[]> {
    const { mapRunArn } = await this.mapRun(executionArn);
    const content = this.objects.contents.get(`results/${mapRunArn.split(':').at(-1)}/${file}`) ?? '';
    return content
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

/** A directory for the results of each test of a file. */
export function spool(): { directory: string } {
  const made = { directory: '' };
  beforeEach(() => {
    made.directory = mkdtempSync(join(tmpdir(), 'map-runs-'));
  });
  afterEach(() => rmSync(made.directory, { recursive: true }));
  return made;
}
