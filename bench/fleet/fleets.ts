import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListMapRunsCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Upload } from '@aws-sdk/lib-storage';
import { startDynoxide } from '@device-lifecycle/local/engine/dynoxide.ts';
import { csvOf } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { createSeededTables, type SeededTables } from '@device-lifecycle/test-kit/fleet-tables.ts';
import { type FleetRuntime, type RuntimeOptions, startRuntime } from './runtime.ts';

/** What a fleet's execution came to. */
export interface FleetRun {
  readonly devices: number;
  /** From StartExecution to the first look that finds it ended. */
  readonly seconds: number;
  readonly executionArn: string;
}

/** What of an execution AWS charges for. */
export interface ChargedRun {
  /** Children that the map run started. */
  readonly children: number;
  /** States that the execution itself entered. */
  readonly statesEntered: number;
  /** Files of results. */
  readonly objects: number;
}

export interface FleetInput {
  /** The prefix of the devices' ids. */
  readonly fleet: string;
  readonly devices: number;
  readonly retentionDays?: number;
}

interface Fleets {
  /** Uploads the devices' ids, and decommissions them. Throws when one of them has not succeeded. */
  decommission(input: FleetInput): Promise<FleetRun>;
  chargedOf(run: FleetRun): Promise<ChargedRun>;
  close(): void;
}

const POLL_MS = 100;

/** Fleets by the SDK alone, as `devicectl` starts them. */
function createFleets(runtime: FleetRuntime): Fleets {
  const { stack, clientConfig } = runtime;
  const s3 = new S3Client({ ...clientConfig, forcePathStyle: true });
  const sfn = new SFNClient(clientConfig);

  async function upload({ fleet, devices }: FleetInput): Promise<{ bucket: string; key: string }> {
    const source = { bucket: stack.buckets.fleet, key: `sources/${fleet}.csv` };
    const Body = Readable.from(csvOf(fleet, devices));
    await new Upload({ client: s3, params: { Bucket: source.bucket, Key: source.key, Body } }).done();
    return source;
  }

  async function ended(executionArn: string): Promise<void> {
    for (;;) {
      const { status, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status === 'SUCCEEDED') return;
      if (status !== 'RUNNING') throw new Error(`The fleet's execution is ${status}: ${error}, ${cause}`);
      await delay(POLL_MS);
    }
  }

  async function childrenOf(executionArn: string): Promise<number> {
    const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
    const described = await Promise.all(
      mapRuns.map(({ mapRunArn }) => sfn.send(new DescribeMapRunCommand({ mapRunArn }))),
    );
    return described.reduce((sum, { executionCounts }) => sum + (executionCounts?.total ?? 0), 0);
  }

  async function statesEnteredBy(executionArn: string): Promise<number> {
    let count = 0;
    for await (const { events = [] } of paginateGetExecutionHistory({ client: sfn }, { executionArn })) {
      count += events.filter(({ type }) => type?.endsWith('StateEntered') === true).length;
    }
    return count;
  }

  async function resultsOf(executionArn: string): Promise<number> {
    const Prefix = `results/${executionArn.split(':').at(-1)}/`;
    let count = 0;
    for await (const { KeyCount = 0 } of paginateListObjectsV2(
      { client: s3 },
      { Bucket: stack.buckets.fleet, Prefix },
    )) {
      count += KeyCount;
    }
    return count;
  }

  return {
    async decommission(input) {
      const { fleet, devices, retentionDays } = input;
      const source = await upload(input);
      const execution = { source, reason: 'benchmark', requestedBy: 'bench', retentionDays };
      const startedAt = performance.now();
      const { executionArn = '' } = await sfn.send(
        new StartExecutionCommand({
          stateMachineArn: stack.stateMachines.decommissionFleet,
          name: `bench-${fleet}`,
          input: JSON.stringify(execution),
        }),
      );
      await ended(executionArn);
      const seconds = (performance.now() - startedAt) / 1000;
      return { devices, seconds, executionArn };
    },
    async chargedOf({ executionArn }) {
      const [children, statesEntered, objects] = await Promise.all([
        childrenOf(executionArn),
        statesEnteredBy(executionArn),
        resultsOf(executionArn),
      ]);
      return { children, statesEntered, objects };
    },
    close() {
      s3.destroy();
      sfn.destroy();
    },
  };
}

const log = { info: () => undefined, warn: console.warn, error: console.error };

/** Does the work, and then ends the parts that it has deferred, the last one first, also when it has failed. */
export async function withParts<Result>(
  work: (parts: AsyncDisposableStack) => Promise<Result>,
): Promise<Result> {
  const parts = new AsyncDisposableStack();
  try {
    return await work(parts);
  } finally {
    await parts.disposeAsync();
  }
}

/** An engine of its own, with the template's tables. */
export async function openEngine(
  parts: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly seeded: SeededTables }> {
  const engine = await startDynoxide({ log });
  parts.defer(() => engine.close());
  return { url: engine.url, seeded: await createSeededTables(engine.url) };
}

/** A runtime on an engine. */
export async function openRuntime(
  parts: AsyncDisposableStack,
  engineUrl: string,
  options: RuntimeOptions = {},
): Promise<{ readonly runtime: FleetRuntime; readonly fleets: Fleets }> {
  const runtime = await startRuntime({ ...options, args: ['--dynamodb', engineUrl] });
  parts.defer(() => runtime.stop());
  const fleets = createFleets(runtime);
  parts.defer(() => fleets.close());
  return { runtime, fleets };
}
