import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbCall, type DynamoDbCall } from '@device-lifecycle/local/engine/dynamodb-call.ts';
import { csvOf, makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { putDevices } from '@device-lifecycle/test-kit/fleet-tables.ts';
import { parse } from 'csv-parse';
import { readStream } from '../../tests/support/table-changes.ts';
import { type FleetRuntime, startRuntime } from './runtime.ts';
import { withParts } from './with-parts.ts';

export interface KilledRunOptions {
  /** An empty directory. */
  readonly directory: string;
  readonly devices: number;
  /** How many are to have moved when the runtime is killed; it is a few more. */
  readonly killAfterDevices: number;
}

export interface KilledRun {
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
