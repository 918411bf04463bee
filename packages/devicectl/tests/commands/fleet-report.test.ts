import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createFakeFleet, type FakeFleet } from '@device-lifecycle/test-kit/fake-fleet.ts';
import { createTool, type Tool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decommissionFleet } from '../../src/commands/fleet/decommission.ts';
import { restoreFleet } from '../../src/commands/fleet/restore.ts';
import { retryFleet } from '../../src/commands/fleet/retry.ts';
import { watchFleet } from '../../src/commands/fleet/watch.ts';

const [LATER, EARLIER] = [START / 1_000 + 60, START / 1_000 - 60];

let directory: string;
let report: string;
let fleet: FakeFleet;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleet-'));
  report = join(directory, 'lot-7.report.csv');
  fleet = createFakeFleet({ stack: testStack });
});

afterEach(() => rm(directory, { recursive: true }));

const given = (tool: Tool, values: Readonly<Record<string, unknown>>) =>
  tool.context({ yes: true, ...values }, [report]);
const retry = (values: Readonly<Record<string, unknown>> = {}, tool = createTool()) =>
  retryFleet(given(tool, values), fleet.useFleet);
const restore = (values: Readonly<Record<string, unknown>> = {}, tool = createTool()) =>
  restoreFleet(given(tool, values), fleet.useFleet);

/** The devices that the last run was started with. */
function devices(): readonly string[] {
  const { key } = Object(fleet.started.at(-1)?.input['source']);
  return (fleet.objects.get(key) ?? '').trimEnd().split('\n').slice(1);
}

/** A report of a run that did not go well. */
async function runBadly(values: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const file = join(directory, 'lot-7.csv');
  await writeFile(file, 'deviceId\ngood\nunknown\nslow\nlost\n');
  const failed = (deviceId: string, error: string, retryable: boolean) =>
    [deviceId, { deviceId, outcome: 'failed', error, message: 'x', retryable }] as const;
  const fates = new Map<string, object | 'pending'>([
    failed('unknown', 'DeviceNotFound', false),
    failed('slow', 'Throttled', true),
    ['lost', 'pending'],
  ]);
  const healthy = fleet.fateOf;
  fleet.fateOf = (deviceId, input) => fates.get(deviceId) ?? healthy(deviceId, input);
  const context = createTool().context({ reason: 'recall', yes: true, ...values }, [file]);
  expect(await decommissionFleet(context, fleet.useFleet)).toBe(4);
  fleet.fateOf = healthy;
}

describe('fleet retry', () => {
  it('runs again what can succeed, as it was asked for, with a report of its own', async () => {
    await runBadly({ 'retention-days': '7' });
    expect(await retry({ 'max-concurrency': '2' })).toBe(0);
    expect(devices()).toEqual(['slow', 'lost']);
    expect(fleet.started.at(-1)?.input).toMatchObject({
      requestId: fleet.started[0]?.input['requestId'],
      reason: 'recall',
      retentionDays: 7,
      maxConcurrency: 2,
    });
    const second = await readFile(join(directory, 'lot-7.report.2.csv'), 'utf8');
    expect(second.split('\n').slice(1, 3).join()).toMatch(/slow,decommissioned.*lost,decommissioned/);
  });

  it('repeats the request of a run that was started by other means: its name', async () => {
    await runBadly();
    const [run] = fleet.runs.values();
    const { requestId: _, ...input } = run?.input ?? {};
    Object.assign(run ?? {}, { input });
    expect(await retry()).toBe(0);
    expect(fleet.started.at(-1)?.input).toMatchObject({ requestId: run?.name });
  });

  it('restores what a restore has left, which is found by its name', async () => {
    await runBadly();
    fleet.fateOf = () => 'pending';
    const tool = createTool();
    expect(await restore({ stage: 'prod' }, tool)).toBe(4);
    const second = join(directory, 'lot-7.report.2.csv');
    expect(tool.said.error.at(-1)).toBe(
      `Those that can succeed again: npx devicectl fleet retry ${second} --stage prod`,
    );
    const again = createTool().context({ report: second }, [fleet.started.at(-1)?.name ?? '']);
    expect(await watchFleet(again, fleet.useFleet)).toBe(4);
    fleet.fateOf = (deviceId) => ({ deviceId, outcome: 'restored' });
    expect(await retryFleet(createTool().context({ yes: true }, [second]), fleet.useFleet)).toBe(0);
    expect([...fleet.runs.keys()].at(-1)).toMatch(/-restore-fleet:restore-[0-9a-f]+-2$/);
  });

  it('takes a report that went through a spreadsheet', async () => {
    await runBadly();
    const execution = [...fleet.runs.keys()][0];
    await writeFile(
      report,
      `\uFEFF"Notes";"OUTCOME";"deviceId ";"retryable";"execution"\r\n"by hand;";"failed";"'-slow";"WAHR";"${execution}"\r\n;failed;other;FALSCH;${execution}\r\n`,
    );
    expect(await retry()).toBe(0);
    expect(devices()).toEqual(['-slow']);
  });

  it('has nothing to do where all is done', async () => {
    await writeFile(report, 'deviceId,outcome,retryable\na,decommissioned,\nb,failed,false\n');
    const tool = createTool();
    expect(await retry({}, tool)).toBe(0);
    expect(tool.said.error.join()).toContain('There is nothing to retry');
    for (const command of [retry, restore]) {
      await writeFile(report, 'deviceId,outcome\na,alreadyDecommissioned\n');
      const script = createTool();
      expect(await command({ json: true }, script)).toBe(0);
      expect(script.json()).toEqual({ devices: 0, outcomes: {}, failures: [], certificates: 0 });
    }
    expect(fleet.started).toEqual([]);
  });

  it.each([
    [
      'of a run that nobody knows',
      'deviceId,outcome,execution\na,notRun,arn:x\n',
      'Nobody knows the run arn:x',
    ],
    ['of no run', 'deviceId,outcome\na,notRun\n', 'Nobody knows which run'],
    ['of two runs', 'deviceId,outcome,execution\na,notRun,x\nb,notRun,y\n', 'of several runs (x and y)'],
    ['of devices that are none', 'deviceId,outcome\n1.2E+15,notRun\n', 'line 2: "1.2E+15" is not a deviceId'],
    ['that is a list', 'deviceId\na\n', 'is not a report of a run'],
    ['that is JSON', '{"deviceId":"a"}\n', 'is not a report of a run'],
  ])('refuses a report %s', async (_, content, sentence) => {
    await writeFile(report, content);
    await expect(retry()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) });
    expect(fleet.started).toEqual([]);
  });
});

describe('fleet restore', () => {
  it('brings back what the run has decommissioned, and nothing else', async () => {
    await runBadly();
    fleet.fateOf = (deviceId) => ({ deviceId, outcome: 'restored' });
    const tool = createTool();
    expect(await restore({ reason: 'a mistake' }, tool)).toBe(0);
    expect(devices()).toEqual(['good']);
    expect(fleet.started.at(-1)).toMatchObject({
      name: expect.stringMatching(/^restore-/),
      input: { reason: 'a mistake' },
    });
    expect([...fleet.runs.keys()].at(-1)).toContain('-restore-fleet:');
    expect(tool.said.out.join()).toContain('1 restored');
  });

  it('says before it starts whose retention is over, and leaves them out', async () => {
    const row = (deviceId: string, ttl: number | string) => `${deviceId},decommissioned,${ttl}\n`;
    await writeFile(
      report,
      `deviceId,outcome,ttl\n${row('old', EARLIER)}${row('new', LATER)}${row('held', '')}`,
    );
    const tool = createTool();
    expect(await restore({}, tool)).toBe(4);
    expect(devices()).toEqual(['new', 'held']);
    expect(tool.said.error[0]).toContain('The retention of 1 device is over (old)');
  });

  it('takes several reports, and a device of two of them once', async () => {
    const second = join(directory, 'lot-7.report.2.csv');
    await writeFile(report, 'deviceId,outcome\na,decommissioned\nb,failed\n');
    await writeFile(second, 'outcome,deviceId\ndecommissioned,b\ndecommissioned,a\n');
    const context = createTool().context({ yes: true }, [report, second]);
    expect(await restoreFleet(context, fleet.useFleet)).toBe(0);
    expect(devices()).toEqual(['a', 'b']);
  });

  it('has nothing to do where nothing can come back', async () => {
    await writeFile(report, `deviceId,outcome,ttl\nold,decommissioned,${EARLIER}\nactive,failed,\n`);
    expect(await restore()).toBe(4);
    await writeFile(report, 'deviceId,outcome\na,wouldDecommission\n');
    expect(await restore()).toBe(0);
    expect(fleet.started).toEqual([]);
  });
});
