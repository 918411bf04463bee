import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { CommandContext } from '@device-lifecycle/devicectl/command.ts';
import { decommissionFleet } from '@device-lifecycle/devicectl/commands/fleet/decommission.ts';
import { redriveFleet } from '@device-lifecycle/devicectl/commands/fleet/redrive.ts';
import { retryFleet } from '@device-lifecycle/devicectl/commands/fleet/retry.ts';
import { watchFleet } from '@device-lifecycle/devicectl/commands/fleet/watch.ts';
import { CliError } from '@device-lifecycle/operator/errors.ts';
import type { FleetBucket, FleetTools } from '@device-lifecycle/operator/fleet/ports.ts';
import { DEFAULT_QUOTAS } from '@device-lifecycle/operator/fleet/quotas.ts';
import { createRuns } from '@device-lifecycle/operator/fleet/runs.ts';
import type { UseFleet } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { createTool, type Tool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { BUCKET, type Cloud } from '../cloud.ts';
import { enrol } from '../enrol.ts';
import type { Operation, Run } from '../matrix.ts';
import { effect, watched } from '../processes.ts';
import { insist } from './devicectl.ts';

const LOT = ['fleet-0', 'fleet-1', 'fleet-2', 'fleet-3', 'fleet-4', 'fleet-5', 'fleet-6'];

function contextOf(
  tool: Tool,
  { cloud }: Run,
  values: object,
  positionals: readonly string[],
): CommandContext {
  const { now } = cloud.clock;
  const sleep = (ms: number, signal?: AbortSignal) => cloud.clock.sleep(ms, signal);
  return { ...tool.context({ json: true, yes: true, ...values }, positionals), clock: { now, sleep } };
}

const isMissing = (key: string) => new CliError(`There is no ${key}.`);

/** The bucket as Step Functions sees it. */
const bucketOf = ({ objects, clock }: Cloud): Omit<FleetBucket, 'list'> => ({
  name: BUCKET,
  async describe(key) {
    return objects.contents.has(key) ? { devices: LOT.length, writtenAtMs: clock.now() } : undefined;
  },
  async upload(key, source) {
    objects.contents.set(key, await text(source.read()));
  },
  async read(key) {
    const content = objects.contents.get(key);
    if (content === undefined) throw isMissing(key);
    return Readable.from([Buffer.from(content)]);
  },
});

const listOf = ({ objects }: Cloud): FleetBucket['list'] =>
  async function* list(prefix) {
    const keys = async () => [...objects.contents.keys()].filter((key) => key.startsWith(prefix));
    yield* await effect('S3.list', true, keys);
  };

/** Its calls are effects of whoever makes them. */
function useFleetOf({ cloud }: Run): UseFleet {
  const { template } = cloud;
  const { accountId, region } = template.environment;
  const stack: Stack = {
    ...testStack,
    identity: async () => ({ arn: 'arn:aws:iam::1:user/ann', accountId, partition: 'aws', region }),
    stateMachineArn: async (machine) =>
      template.stack.stateMachines.find(({ name }) => name.endsWith(`-${machine}`))?.arn ?? '',
    fleetBucketName: async () => BUCKET,
  };
  return async (use) => {
    const sfn = new SFNClient({});
    const tools: FleetTools = {
      bucket: { ...watched('S3', bucketOf(cloud)), list: listOf(cloud) },
      runs: createRuns(sfn, stack),
      readQuotas: async () => ({ quotas: DEFAULT_QUOTAS, read: [] }),
    };
    try {
      return await use(tools, stack);
    } finally {
      sfn.destroy();
    }
  };
}

/** An operator with a file of devices, and its reports. */
function onFleet(name: string, work: (of: Run, desk: Desk) => Promise<readonly string[]>): Operation {
  return {
    name,
    who: 'operator',
    async prepare(cloud) {
      for (const id of LOT) await enrol(cloud, id, { count: 1 });
    },
    async start(of) {
      const directory = await mkdtemp(join(tmpdir(), 'crash-matrix-fleet-'));
      try {
        const reports = await work(of, createDesk(of, directory));
        of.reported = await Promise.all(reports.map((path) => readFile(path, 'utf8')));
      } finally {
        await rm(directory, { recursive: true });
      }
    },
  };
}

interface Desk {
  readonly report: string;
  readonly retryReport: string;
  decommission(): Promise<number>;
  redrive(): Promise<number>;
  retry(): Promise<number>;
}

function createDesk(of: Run, directory: string): Desk {
  const tool = createTool();
  const [file, report] = [join(directory, 'lot.csv'), join(directory, 'lot.report.csv')];
  const retryReport = join(directory, 'lot.report.2.csv');
  const lastRun = () => of.executions.outcomes()[0];
  const fleet = useFleetOf(of);
  const context = (values: object, ...positionals: readonly string[]) =>
    contextOf(tool, of, { 'max-concurrency': '1', ...values }, positionals);
  const watch = (path: string) => () => watchFleet(context({ report: path }, lastRun()?.name ?? ''), fleet);
  /** The command, unless what it begins has begun: then the run is watched. */
  const orWatch = (hasBegun: () => boolean, path: string, begin: () => Promise<number>) => () =>
    hasBegun() ? watch(path) : begin;
  return {
    report,
    retryReport,
    async decommission() {
      await writeFile(file, `deviceId\n${LOT.join('\n')}\n`);
      const begin = () => decommissionFleet(context({ reason: 'recall' }, file), fleet);
      return insist(
        of,
        orWatch(() => (lastRun()?.status ?? 'RUNNING') !== 'RUNNING', report, begin),
      );
    },
    async redrive() {
      const name = lastRun()?.name ?? '';
      const begin = () => redriveFleet(context({ report }, name), fleet);
      return insist(
        of,
        orWatch(() => lastRun()?.status !== 'FAILED', report, begin),
      );
    },
    async retry() {
      const runs = of.executions.outcomes().length;
      const hasEnded = () => of.executions.outcomes().length > runs && lastRun()?.status !== 'RUNNING';
      return insist(
        of,
        orWatch(hasEnded, retryReport, () => retryFleet(context({}, report), fleet)),
      );
    },
  };
}

/** What an operator does to fleets. */
export const fleetOperations: readonly Operation[] = [
  onFleet('devicectl/fleet-decommission', async (_, desk) => {
    await desk.decommission();
    return [desk.report];
  }),
  onFleet('devicectl/fleet-redrive', async ({ platform }, desk) => {
    platform.breakAfter('decommission-devices', 3);
    await desk.decommission();
    platform.mend();
    await desk.redrive();
    return [desk.report];
  }),
  onFleet('devicectl/fleet-retry', async ({ platform }, desk) => {
    platform.breakAfter('decommission-devices', 3);
    await desk.decommission();
    platform.mend();
    await desk.retry();
    return [desk.report, desk.retryReport];
  }),
];
