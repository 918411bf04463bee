import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeFleet, type FakeFleet } from '@device-lifecycle/test-kit/fake-fleet.ts';
import { createTool, OPERATOR_ARN, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { adjustFleet } from '../../src/commands/fleet/adjust.ts';
import { decommissionFleet } from '../../src/commands/fleet/decommission.ts';
import { planFleet } from '../../src/commands/fleet/plan.ts';
import { redriveFleet } from '../../src/commands/fleet/redrive.ts';
import { stopFleet } from '../../src/commands/fleet/stop.ts';
import { watchFleet } from '../../src/commands/fleet/watch.ts';
import { listStale } from '../../src/commands/stale.ts';

let directory: string;
let file: string;
let report: string;
let fleet: FakeFleet;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleet-'));
  [file, report] = [join(directory, 'lot-7.csv'), join(directory, 'another.csv')];
  await writeFile(file, 'deviceId\na\nb\nc\n');
  fleet = createFakeFleet({ stack: testStack, looks: 8 });
});

afterEach(() => rm(directory, { recursive: true }));

/** A run that goes on: its operator has pressed Ctrl-C. */
async function startedRun(): Promise<string> {
  const tool = createTool();
  const { onLook } = fleet;
  fleet.onLook = () => tool.interrupted.abort();
  const context = tool.context({ reason: 'recall', yes: true }, [file]);
  expect(await decommissionFleet(context, fleet.useFleet)).toBe(130);
  fleet.onLook = onLook;
  return fleet.started[0]?.name ?? '';
}

type CommandRun = typeof watchFleet;

function runIt(command: CommandRun, execution: string, values: Readonly<Record<string, unknown>> = {}) {
  const tool = createTool();
  const done = command(tool.context({ report, ...values }, [execution]), fleet.useFleet);
  return { tool, done };
}

const arnOf = (name: string) =>
  [...fleet.runs.keys()].find((executionArn) => executionArn.endsWith(`:${name}`)) ?? '';

describe('fleet watch', () => {
  it.each(['name', 'ARN'])('shows a run by its %s, and writes its report', async (by) => {
    const name = await startedRun();
    const { tool, done } = runIt(watchFleet, by === 'name' ? name : arnOf(name));
    expect(await done).toBe(0);
    expect(tool.said.progress).toContainEqual(expect.objectContaining({ done: 1, total: 3 }));
    expect(await readFile(report, 'utf8')).toMatch(/^c,decommissioned/m);
  });

  it('tells that there is no such run, or that it is none of a fleet', async () => {
    await expect(runIt(watchFleet, 'decommission-0-1').done).rejects.toMatchObject({ exitCode: 3 });
    const other = 'arn:aws:states:eu-west-1:1:execution:device-lifecycle-dev-decommission-device:x';
    await expect(runIt(watchFleet, other).done).rejects.toMatchObject({ exitCode: 2 });
    const gone = other.replace('decommission-device', 'decommission-fleet');
    await expect(runIt(watchFleet, gone).done).rejects.toMatchObject({ exitCode: 3 });
  });

  it('reports a run over JSON Lines that was stopped and left no results', async () => {
    const arn = arnOf(await startedRun());
    fleet.objects.set('sources/x.jsonl', '{"deviceId":"a"}\n');
    const source = { bucket: 'fleet-bucket', key: 'sources/x.jsonl' };
    Object.assign(fleet.runs.get(arn) ?? {}, { input: { source }, status: 'ABORTED' });
    expect(await runIt(watchFleet, arn).done).toBe(1);
    expect(await readFile(report, 'utf8')).toMatch(/^a,notRun,,The run left no results/m);
  });

  it('refuses a run of another stack, whose results are in another bucket', async () => {
    const arn = arnOf(await startedRun());
    const source = { bucket: 'another-bucket', key: 'sources/x.csv' };
    Object.assign(fleet.runs.get(arn) ?? {}, { input: { source } });
    await expect(runIt(watchFleet, arn).done).rejects.toThrow(
      "reads from the bucket another-bucket, and this stack's is fleet-bucket",
    );
  });
});

describe('fleet stop', () => {
  it('stops the run, and reports what was done and what not', async () => {
    const name = await startedRun();
    fleet.fateOf = (deviceId) => (deviceId === 'a' ? { deviceId, outcome: 'decommissioned' } : 'pending');
    const { tool, done } = runIt(stopFleet, name, { json: true });
    expect(await done).toBe(0);
    expect(tool.json()).toMatchObject({
      status: 'ABORTED',
      cause: `Stopped with devicectl by ${OPERATOR_ARN}`,
      outcomes: { decommissioned: 1, notRun: 2 },
      report,
    });
  });

  it('reports a run that has ended already', async () => {
    const name = await startedRun();
    await runIt(watchFleet, name).done;
    const { tool, done } = runIt(stopFleet, name);
    expect(await done).toBe(0);
    expect(tool.said.error[0]).toContain('had ended before');
  });
});

describe('fleet adjust', () => {
  it('changes a run that goes on', async () => {
    const name = await startedRun();
    const values = { 'max-concurrency': '40', 'tolerated-failure-percentage': '0', json: true };
    const { tool, done } = runIt(adjustFleet, name, values);
    expect(await done).toBe(0);
    expect(fleet.changes).toEqual([{ maxConcurrency: 40, toleratedFailurePercentage: 0 }]);
    expect(tool.json()).toMatchObject({ maxConcurrency: 40, toleratedFailurePercentage: 0 });
  });

  it('needs something to change, and a run that goes on', async () => {
    const name = await startedRun();
    await expect(runIt(adjustFleet, name).done).rejects.toMatchObject({ exitCode: 2 });
    const { findMapRun } = fleet.tools.runs;
    fleet.tools.runs.findMapRun = async () => undefined;
    await expect(runIt(adjustFleet, name, { 'max-concurrency': '4' }).done).rejects.toThrow('not begun');
    fleet.tools.runs.findMapRun = findMapRun;
    await runIt(watchFleet, name).done;
    await expect(runIt(adjustFleet, name, { 'max-concurrency': '4' }).done).rejects.toThrow('has ended');
    expect(fleet.changes).toEqual([]);
  });
});

describe('fleet redrive', () => {
  it('goes on with a run that was stopped, whose successes count', async () => {
    const name = await startedRun();
    await expect(runIt(redriveFleet, name).done).rejects.toThrow('has not ended');
    const healthy = fleet.fateOf;
    fleet.fateOf = (deviceId, input) => (deviceId === 'a' ? healthy(deviceId, input) : 'pending');
    await runIt(stopFleet, name).done;
    fleet.fateOf = healthy;
    const { tool, done } = runIt(redriveFleet, name, { json: true });
    expect(await done).toBe(0);
    expect(tool.json()).toMatchObject({ status: 'SUCCEEDED', outcomes: { decommissioned: 3 } });
    await expect(runIt(redriveFleet, name).done).rejects.toThrow('has gone through');
  });

  it('says why a run cannot be redriven, and leaves it as it ended', async () => {
    const name = await startedRun();
    await runIt(stopFleet, name).done;
    Object.assign(fleet.runs.get(arnOf(name)) ?? {}, { notRedrivable: 'it is too old' });
    await expect(runIt(redriveFleet, name).done).rejects.toThrow('cannot be redriven: it is too old');
    expect(fleet.runs.get(arnOf(name))).toMatchObject({ status: 'ABORTED' });
  });
});

describe('fleet plan', () => {
  const plan = (values: Readonly<Record<string, unknown>>) => {
    const tool = createTool();
    return { tool, done: planFleet(tool.context(values, [file]), fleet.useFleet) };
  };

  it('looks each device up, and says what would happen, cost and take', async () => {
    fleet.fateOf = (deviceId) =>
      ({
        a: { deviceId, outcome: 'wouldDecommission', certificates: 2 },
        b: { deviceId, outcome: 'alreadyDecommissioned', certificates: 0 },
      })[deviceId] ?? {
        deviceId,
        outcome: 'failed',
        error: 'DeviceNotFound',
        message: 'None.',
        retryable: false,
      };
    const { tool, done } = plan({ json: true });
    expect(await done).toBe(4);
    expect(tool.json()).toMatchObject({
      file: { devices: 3, problemCount: 0, problems: [] },
      dryRun: { outcomes: { wouldDecommission: 1, alreadyDecommissioned: 1, failed: 1 } },
      forecast: { devices: 1, certificates: 2, time: { move: { seconds: 3 / 500 } } },
    });
    expect(fleet.started[0]?.input).toMatchObject({ dryRun: true });
    const people = plan({});
    await people.done;
    expect(people.tool.said.out.join()).toMatch(
      /1 would be decommissioned[\s\S]*line 4, c: None\.[\s\S]*2 certificates off/,
    );
  });

  it('has all bad lines, and needs no stack when it is offline', async () => {
    await writeFile(file, `deviceId\na\n${'a\n'.repeat(30)}`);
    const nowhere = () => Promise.reject(new Error('There is no network'));
    const tool = createTool();
    expect(await planFleet(tool.context({ offline: true, json: true }, [file]), nowhere)).toBe(4);
    const { file: checked } = tool.json() as { file: { problems: unknown[] } };
    expect(checked.problems).toHaveLength(30);
    expect(checked.problems[0]).toEqual({ line: 3, problem: '"a" is on line 2 already' });
  });

  it('fails when the dry run does', async () => {
    fleet.endsAs = 'FAILED';
    expect(await plan({}).done).toBe(1);
  });
});

describe('stale', () => {
  const stale = (values: Readonly<Record<string, unknown>>) => {
    const tool = createTool();
    return { tool, done: listStale(tool.context({ out: report, ...values }), fleet.useFleet) };
  };

  beforeEach(() => {
    fleet.objects.set('stale/x/stale.csv', 'deviceId,lastSeenAt\na,2026-01-01T00:00:00.000Z\n');
    fleet.onLook = (run) => {
      const output = JSON.stringify({ bucket: 'b', key: 'stale/x/stale.csv', devices: 1, seenBefore: 0 });
      Object.assign(run, { output });
    };
  });

  it.each([
    ['90d', 90],
    ['12h', 0.5],
  ])('saves what was not seen for %s, and changes nothing', async (unseen, unseenDays) => {
    const { tool, done } = stale({ unseen });
    expect(await done).toBe(0);
    expect(fleet.started).toMatchObject([{ input: { unseenDays, requestedBy: OPERATOR_ARN } }]);
    expect(await readFile(report, 'utf8')).toBe(fleet.objects.get('stale/x/stale.csv'));
    expect(tool.said.error.join()).toContain(`fleet decommission ${report} --reason unseen`);
  });

  it('never writes over a file, and needs to know for how long', async () => {
    await expect(stale({}).done).rejects.toMatchObject({ exitCode: 2 });
    await expect(stale({ unseen: '90' }).done).rejects.toThrow('--unseen 90 is not a time');
    await writeFile(report, 'mine');
    await expect(stale({ unseen: '1d' }).done).rejects.toThrow('is there already');
    for (const out of [join(directory, 'none', 'stale.csv'), join(file, 'stale.csv')]) {
      await expect(stale({ unseen: '1d', out }).done).rejects.toThrow('elsewhere with --out');
    }
    expect(fleet.started).toEqual([]);
  });

  it('says why the search has failed', async () => {
    fleet.endsAs = 'FAILED';
    await expect(stale({ unseen: '1d' }).done).rejects.toThrow('has ended FAILED');
  });

  it('is stopped by Ctrl-C', async () => {
    const { tool, done } = stale({ unseen: '1d' });
    tool.interrupted.abort();
    await expect(done).rejects.toMatchObject({ exitCode: 130 });
    expect([...fleet.runs.values()][0]).toMatchObject({ status: 'ABORTED' });
  });
});
