import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbCall, type DynamoDbCall } from '@device-lifecycle/local/engine/dynamodb-call.ts';
import { csvOf, makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { putDevices } from '@device-lifecycle/test-kit/fleet-tables.ts';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { parse } from 'csv-parse';
import { readStream } from '../../tests/support/table-changes.ts';
import { saveResult } from '../results.ts';
import { withParts } from './fleets.ts';
import { parseOptions } from './options.ts';
import { type FleetRuntime, startRuntime } from './runtime.ts';

interface KilledRunOptions {
  /** An empty directory. */
  readonly directory: string;
  readonly devices: number;
  /** How many are to have moved when the runtime is killed; it is a few more. */
  readonly killAfterDevices: number;
}

interface KilledRun {
  /** How many had moved just before the runtime was killed. */
  readonly movedBefore: number;
  /** Of the same command, given again. */
  readonly exitCode: number | null;
  readonly output: string;
  /** Seconds from the second start to the end of the command. */
  readonly secondsAfter: number;
  /** Devices of the report, by outcome. */
  readonly reported: Readonly<Record<string, number>>;
  /** Devices that the report names. */
  readonly reportedDevices: number;
  /** Records in the table of invalid devices. */
  readonly decommissioned: number;
  /** Items of the main table that are a device. */
  readonly inService: number;
  /** Times that a device's record came into the table of invalid devices, of all devices together, by its stream. */
  readonly moves: number;
  /** Devices whose record came there more than once. */
  readonly movedTwice: number;
}

const PROJECT_DIR = join(import.meta.dirname, '../..');
const FLEET = 'lot';
const POLL_MS = 50;

interface Devicectl {
  readonly process: ChildProcess;
  /** Resolves to its exit code and what it has said. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

function decommission(file: string, { stackFile }: FleetRuntime): Devicectl {
  const args = [
    'fleet',
    'decommission',
    file,
    '--reason',
    'benchmark',
    '--yes',
    '--local',
    '--stack-file',
    stackFile,
  ];
  const process_ = spawn(
    process.execPath,
    [join(PROJECT_DIR, 'packages/devicectl/src/devicectl.mjs'), ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The one that is killed leaves its list of devices there.
      env: { ...process.env, TMPDIR: dirname(file) },
    },
  );
  let output = '';
  for (const stream of [process_.stdout, process_.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(process_, 'close').then(([exitCode]) => ({ exitCode, output }));
  return { process: process_, ended };
}

/** How many items the scan finds. */
async function countOf(call: DynamoDbCall, scan: object): Promise<number> {
  let count = 0;
  let last: unknown;
  do {
    const page = await call('Scan', {
      ...scan,
      Select: 'COUNT',
      ...(Object(last) === last && { ExclusiveStartKey: last }),
    });
    count += Number(page['Count']);
    last = page['LastEvaluatedKey'];
  } while (Object(last) === last);
  return count;
}

/** Times that each device's record came into the table. */
async function movesByDevice({ clientConfig, stack }: FleetRuntime): Promise<ReadonlyMap<string, number>> {
  const client = new DynamoDBClient(clientConfig);
  const records = await readStream(client, stack.awsEndpointUrl, stack.tables.invalidDevices);
  client.destroy();
  const moves = new Map<string, number>();
  for (const { eventName, dynamodb } of records) {
    if (eventName !== 'INSERT') continue;
    const id = dynamodb.Keys.id.S;
    moves.set(id, (moves.get(id) ?? 0) + 1);
  }
  return moves;
}

/** Devices by outcome, each line of the report once. */
async function readReport(
  file: string,
): Promise<{ readonly byOutcome: Record<string, number>; readonly devices: number }> {
  const byOutcome: Record<string, number> = {};
  const devices = new Set<string>();
  for await (const { deviceId, outcome } of createReadStream(file).pipe(parse({ columns: true }))) {
    byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
    devices.add(deviceId);
  }
  return { byOutcome, devices: devices.size };
}

/**
 * Decommissions a fleet with `devicectl`, kills the runtime in the midst of it, starts it again and gives the same
 * command again. The runtime keeps its data in the directory.
 */
export async function runKilled({
  directory,
  devices,
  killAfterDevices,
}: KilledRunOptions): Promise<KilledRun> {
  const file = join(directory, 'lot.csv');
  await writeFile(file, csvOf(FLEET, devices));
  const options = { directory, args: ['--data', join(directory, 'data')] };

  const first = await startRuntime(options);
  const call = createDynamoDbCall(first.stack.awsEndpointUrl, first.stack.region);
  const moved = { TableName: first.stack.tables.invalidDevices };
  await putDevices(call, first.stack.tables.devices, makeFleet(FLEET, devices));
  const command = decommission(file, first);
  let movedBefore = 0;
  while (movedBefore < killAfterDevices && command.process.exitCode === null) {
    await delay(POLL_MS);
    movedBefore = await countOf(call, moved);
  }
  await first.kill();
  command.process.kill('SIGKILL');
  await command.ended;

  return withParts(async (parts) => {
    const startedAt = performance.now();
    const runtime = await startRuntime(options);
    parts.defer(() => runtime.stop());
    const again = await decommission(file, runtime).ended;
    const secondsAfter = (performance.now() - startedAt) / 1000;
    const moves = [...(await movesByDevice(runtime)).values()];
    const report = await readReport(join(directory, 'lot.report.csv'));
    const callAgain = createDynamoDbCall(runtime.stack.awsEndpointUrl, runtime.stack.region);
    const inMainTable = {
      TableName: runtime.stack.tables.devices,
      FilterExpression: 'attribute_exists(serialNumber)',
    };
    return {
      movedBefore,
      ...again,
      secondsAfter,
      reported: report.byOutcome,
      reportedDevices: report.devices,
      decommissioned: await countOf(callAgain, moved),
      inService: await countOf(callAgain, inMainTable),
      moves: moves.reduce((sum, count) => sum + count, 0),
      movedTwice: moves.filter((count) => count > 1).length,
    };
  });
}

/** What is wrong with it, in one sentence each. */
export function faultsOf(run: KilledRun, devices: number): string[] {
  const { exitCode, output, reported, reportedDevices, decommissioned, inService, moves, movedTwice } = run;
  const done = (reported['decommissioned'] ?? 0) + (reported['alreadyDecommissioned'] ?? 0);
  const lines = Object.values(reported).reduce((sum, count) => sum + count, 0);
  const faults: readonly (readonly [isWrong: boolean, fault: string])[] = [
    [exitCode !== 0, `the command given again ended with ${exitCode}: ${output}`],
    [
      lines !== devices || reportedDevices !== devices,
      `the report has ${lines} lines of ${reportedDevices} devices`,
    ],
    [done !== devices, `the report has ${JSON.stringify(reported)}`],
    [decommissioned !== devices, `${decommissioned} devices are decommissioned`],
    [inService !== 0, `${inService} devices are in service`],
    [moves !== devices || movedTwice !== 0, `${moves} moves, ${movedTwice} devices moved more than once`],
  ];
  return faults.filter(([isWrong]) => isWrong).map(([, fault]) => fault);
}

interface Survived extends Omit<KilledRun, 'output'> {
  readonly faults: readonly string[];
}

async function killOnce(devices: number, killAfterDevices: number): Promise<Survived> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-kill-'));
  try {
    const run = await runKilled({ directory, devices, killAfterDevices });
    const faults = faultsOf(run, devices);
    console.log(
      `  killed after ${String(run.movedBefore).padStart(6)}   ${run.decommissioned} decommissioned, ${run.movedTwice} of them twice   ` +
        `report ${JSON.stringify(run.reported)}   ${run.secondsAfter.toFixed(1)} s after the new start${faults.length > 0 ? '   WRONG' : ''}`,
    );
    const { output: _, ...told } = run;
    return { ...told, faults };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const sumOf = (runs: readonly Survived[], of: (run: Survived) => number): number =>
  runs.reduce((sum, run) => sum + of(run), 0);

/** Kills the runtime in the midst of a fleet, again and again. Throws at the end when a device was lost or moved twice. */
export async function measureKills(args: readonly string[]): Promise<void> {
  const { seed, kills, killDevices: devices } = parseOptions(args);
  console.log(
    `fleet kill: ${kills} fleets of ${devices} devices, the runtime killed in the midst of each (--seed ${seed})`,
  );
  const random = createRandom(seed);
  const runs: Survived[] = [];
  for (let round = 0; round < kills; round += 1) runs.push(await killOnce(devices, random.below(devices)));
  const lost = sumOf(runs, ({ decommissioned }) => devices - decommissioned);
  const movedTwice = sumOf(runs, ({ movedTwice }) => movedTwice);
  const missing = sumOf(runs, ({ reportedDevices }) => devices - reportedDevices);
  const faults = runs.flatMap((run) => run.faults);
  await saveResult({
    name: 'fleet-kill',
    title: 'fleets whose runtime is killed in their midst',
    command: `npm run bench -- fleet-kill --kills ${kills} --kill-devices ${devices} --seed ${seed}`,
    figures: [
      {
        what: 'devices lost, moved twice, missing in the report',
        measured: `${lost}, ${movedTwice}, ${missing}`,
        reference: `${kills} fleets of ${devices}, killed after ${runs.map(({ movedBefore }) => movedBefore).join(', ')} moves`,
        goal: '0, 0, 0',
        isMet: faults.length === 0,
      },
    ],
    raw: { seed, devices, runs },
  });
  if (faults.length > 0) throw new Error(`Fleets did not survive: ${faults.join('; ')}.`);
}
