import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader, type TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { registerDevices } from '@device-lifecycle/test-kit/register-devices.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** Each command is a process of its own. */
const TIMEOUT_MS = 90_000;
const DEVICECTL = resolve('packages/devicectl/src/devicectl.mjs');

let stack: RunningStack;
let tables: TableReader;
let directory: string;

interface Tool {
  readonly process: ChildProcess;
  said(): string;
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** The tool as an operator runs it, on a machine of his own: another directory. */
function start(machine: string, ...args: readonly string[]): Tool {
  const commandLine = [DEVICECTL, ...args, '--local', '--stack-file', join(directory, 'stack.json')];
  const env = { PATH: process.env['PATH'], HOME: directory };
  const tool = spawn(process.execPath, commandLine, { env, cwd: join(directory, machine) });
  let stderr = '';
  tool.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const stdout = text(tool.stdout);
  const ended = once(tool, 'close').then(async ([exitCode]) => ({ exitCode, stdout: await stdout, stderr }));
  return { process: tool, said: () => stderr, ended };
}

const devicectl = (machine: string, ...args: readonly string[]) => start(machine, ...args).ended;

const idsOf = (lot: string, count: number) => Array.from({ length: count }, (_, n) => `${lot}-${n}`);

const writeList = (machine: string, name: string, deviceIds: readonly string[]) =>
  writeFile(join(directory, machine, name), `deviceId\n${deviceIds.map((id) => `${id}\n`).join('')}`);

/** The outcomes of a report by device. */
async function reportOf(machine: string, name: string): Promise<ReadonlyMap<string, string>> {
  const [, ...lines] = (await readFile(join(directory, machine, name), 'utf8')).trimEnd().split('\n');
  const outcomes = lines.map((line) => line.split(',').slice(0, 2) as [string, string]);
  expect(new Set(outcomes.map(([deviceId]) => deviceId)).size).toBe(outcomes.length);
  return new Map(outcomes);
}

async function countOf(lot: string): Promise<{ readonly devices: number; readonly invalidDevices: number }> {
  const { devices, invalidDevices } = await tables.read();
  const isOfLot = ({ id }: { readonly id: string }) => id.startsWith(`${lot}-`);
  return {
    devices: devices.filter(isOfLot).length,
    invalidDevices: invalidDevices.filter(isOfLot).length,
  };
}

beforeAll(async () => {
  stack = await startStack();
  directory = await mkdtemp(join(tmpdir(), 'devicectl-'));
  await writeFile(join(directory, 'stack.json'), JSON.stringify(stack));
  for (const machine of ['here', 'there']) await mkdir(join(directory, machine));
  tables = createTableReader(stack);
}, TIMEOUT_MS);

afterAll(async () => {
  tables.close();
  await rm(directory, { recursive: true });
  await stack.stop();
});

describe('a fleet', () => {
  it(
    'leaves service by a file, comes back by the report, and is found when it is stale',
    async () => {
      const lot = idsOf('lot', 120);
      await registerDevices(stack, lot);
      await writeList('here', 'lot.csv', [...lot.slice(0, 100), 'unknown', ...lot.slice(100)]);

      const out = await devicectl(
        'here',
        'fleet',
        'decommission',
        'lot.csv',
        '--reason',
        'recall',
        '--yes',
        '--json',
      );
      expect(out).toMatchObject({ exitCode: 4 });
      expect(JSON.parse(out.stdout)).toMatchObject({
        status: 'SUCCEEDED',
        outcomes: { decommissioned: 120, failed: 1 },
        failures: [{ error: 'DeviceNotFound', retryable: false, examples: [{ deviceId: 'unknown' }] }],
        report: 'lot.report.csv',
      });
      const report = await reportOf('here', 'lot.report.csv');
      expect([...report.keys()].sort()).toEqual([...lot, 'unknown'].sort());
      expect(report.get('unknown')).toBe('failed');
      expect(await countOf('lot')).toEqual({ devices: 0, invalidDevices: 120 });

      expect(await devicectl('here', 'fleet', 'restore', 'lot.report.csv', '--yes')).toMatchObject({
        exitCode: 0,
      });
      expect(await countOf('lot')).toEqual({ devices: 120, invalidDevices: 0 });

      const listed = await devicectl('here', 'stale', '--unseen', '1h', '--out', 'stale.csv', '--json');
      expect(listed).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(listed.stdout)).toMatchObject({ devices: 120, file: 'stale.csv' });
      const planned = await devicectl('here', 'fleet', 'plan', 'stale.csv', '--json');
      expect(planned).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(planned.stdout)).toMatchObject({ dryRun: { outcomes: { wouldDecommission: 120 } } });
      expect(await countOf('lot')).toEqual({ devices: 120, invalidDevices: 0 });
    },
    TIMEOUT_MS,
  );

  it(
    'is left to run by Ctrl-C, watched and stopped from elsewhere, and its rest is retried by the report',
    async () => {
      const big = idsOf('big', 1_000);
      await registerDevices(stack, big);
      await writeList('here', 'big.csv', big);
      const command = [
        'fleet',
        'decommission',
        'big.csv',
        '--reason',
        'recall',
        '--yes',
        '--max-concurrency',
        '1',
      ];
      const first = start('here', ...command);
      const name = await eventually(async () => {
        const [, found = ''] = /The run is (\S+)\./.exec(first.said()) ?? [];
        expect(found).not.toBe('');
        return found;
      });
      first.process.kill('SIGINT');
      expect(await first.ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('goes on') });

      const stopping = devicectl('here', 'fleet', 'stop', name, '--report', 'stopped.csv');
      const watching = devicectl('there', 'fleet', 'watch', name, '--report', 'watched.csv');
      expect(await stopping).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('ABORTED') });
      expect(await watching).toMatchObject({ exitCode: 1 });
      const report = await reportOf('here', 'stopped.csv');
      expect([...report.keys()].sort()).toEqual([...big].sort());
      expect([...report.values()]).toContain('notRun');
      expect(await reportOf('there', 'watched.csv')).toEqual(report);

      expect(await devicectl('here', 'fleet', 'retry', 'stopped.csv', '--yes')).toMatchObject({
        exitCode: 0,
      });
      expect(await countOf('big')).toEqual({ devices: 0, invalidDevices: 1_000 });
    },
    TIMEOUT_MS,
  );
});
