import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createFakeFleet, type FakeFleet } from '@device-lifecycle/test-kit/fake-fleet.ts';
import { createTool, OPERATOR_ARN, type Tool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decommissionFleet } from '../../src/commands/fleet/decommission.ts';

const TTL = START / 1_000 + 86_400;

let directory: string;
let file: string;
let report: string;
let fleet: FakeFleet;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleet-'));
  file = join(directory, 'lot-7.csv');
  report = join(directory, 'lot-7.report.csv');
  await writeFile(file, 'name,deviceId\nPump,dev-1\nValve,-dev-2\nLamp,dev-3\n');
  fleet = createFakeFleet({ stack: testStack });
});

afterEach(() => rm(directory, { recursive: true }));

function decommission(values: Readonly<Record<string, unknown>> = {}, tool: Tool = createTool()) {
  const context = tool.context({ reason: 'recall', yes: true, ...values }, [file]);
  return decommissionFleet(context, fleet.useFleet);
}

const linesOf = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n');
const run = () => [...fleet.runs.values()].at(-1);

describe('fleet decommission', () => {
  it('uploads the devices, starts the machine with them, and writes what became of each', async () => {
    const tool = createTool();
    expect(await decommission({ 'max-concurrency': '20' }, tool)).toBe(0);
    const content = 'deviceId\ndev-1\n-dev-2\ndev-3\n';
    const key = `sources/${createHash('sha256').update(content).digest('hex')}.csv`;
    expect(fleet.objects.get(key)).toBe(content);
    expect(fleet.started).toEqual([
      {
        name: expect.stringMatching(/^decommission-[0-9a-f]{16}-1$/),
        input: {
          source: { bucket: 'fleet-bucket', key },
          reason: 'recall',
          requestedBy: OPERATOR_ARN,
          requestId: expect.stringMatching(/^decommission-[0-9a-f]{16}-1@[0-9a-f-]{36}$/),
          maxConcurrency: 20,
        },
      },
    ]);
    const arn = run()?.executionArn;
    expect(await linesOf(report)).toEqual([
      'deviceId,outcome,error,message,retryable,ttl,execution',
      `dev-1,decommissioned,,,,${TTL},${arn}`,
      `'-dev-2,decommissioned,,,,${TTL},${arn}`,
      `dev-3,decommissioned,,,,${TTL},${arn}`,
    ]);
    expect(tool.said.out.join()).toContain('3 decommissioned');
    expect(tool.said.error.join()).toContain(`fleet restore ${report}`);
    expect(tool.said.progress).toContainEqual(expect.objectContaining({ done: 1, total: 3 }));
    expect(tool.said.progress.at(-1)).toMatchObject({ done: 3, total: 3 });
  });

  it('says which have failed and why, and what to do', async () => {
    fleet.fateOf = (deviceId) => {
      if (deviceId === 'dev-1') return 'batchFailed';
      if (deviceId === 'dev-3') return { deviceId, outcome: 'decommissioned', ttl: TTL };
      return {
        deviceId,
        outcome: 'failed',
        error: 'DeviceNotFound',
        message: '=none, "-dev-2"',
        retryable: false,
      };
    };
    const tool = createTool();
    expect(await decommission({ json: true }, tool)).toBe(4);
    const arn = run()?.executionArn;
    expect((await linesOf(report)).slice(1)).toEqual([
      `'-dev-2,failed,DeviceNotFound,"'=none, ""-dev-2""",false,,${arn}`,
      `dev-3,decommissioned,,,,${TTL},${arn}`,
      `dev-1,failed,Throttled,Too much.,true,,${arn}`,
    ]);
    expect(tool.json()).toMatchObject({
      execution: run()?.name,
      executionArn: arn,
      status: 'SUCCEEDED',
      devices: 3,
      outcomes: { failed: 2, decommissioned: 1 },
      failures: [
        { error: 'DeviceNotFound', count: 1, retryable: false, examples: [{ deviceId: '-dev-2' }] },
        {
          error: 'Throttled',
          count: 1,
          retryable: true,
          examples: [{ deviceId: 'dev-1', message: 'Too much.' }],
        },
      ],
      report,
    });
    const people = createTool();
    expect(await decommission({}, people)).toBe(4);
    expect(people.said.out.join()).toContain('line 2, dev-1: Too much.');
    expect(people.said.error.join()).toContain(`fleet retry ${report.replace('.csv', '.2.csv')}`);
  });

  it('has a line for what the run did not get to, and fails when it was stopped', async () => {
    fleet.endsAs = 'ABORTED';
    fleet.fateOf = (deviceId) =>
      (({ 'dev-1': 'pending', '-dev-2': 'noResult' }) as const)[deviceId] ?? 'batchAborted';
    expect(await decommission()).toBe(1);
    expect((await linesOf(report)).slice(1).map((line) => line.split(',').slice(0, 3))).toEqual([
      ['dev-3', 'failed', 'Aborted'],
      ['dev-1', 'notRun', ''],
      ["'-dev-2", 'notRun', ''],
    ]);
  });

  it('has no report of a run that failed before it began, and says what Lambda has said', async () => {
    fleet.endsAs = 'FAILED';
    fleet.tools.runs.findMapRun = async () => undefined;
    const cause = JSON.stringify({
      errorType: 'InvalidInput',
      errorMessage: 'reason: too long.',
      trace: ['x'],
    });
    fleet.onLook = (one) => Object.assign(one, { error: 'InvalidInput', cause });
    const tool = createTool();
    expect(await decommission({}, tool)).toBe(1);
    expect(tool.said.error.at(-1)).toContain(
      'FAILED (InvalidInput: reason: too long.). It had not begun with its devices.',
    );
    expect(await readdir(directory)).toEqual(['lot-7.csv']);
  });

  it('does not start what runs already, from whatever machine, and watches it', async () => {
    await decommission();
    const running = run();
    Object.assign(running ?? {}, { status: 'RUNNING', looksLeft: 3 });
    const tool = createTool();
    expect(await decommission({ yes: false, 'max-concurrency': '1' }, tool)).toBe(0);
    expect(fleet.started).toHaveLength(1);
    expect(fleet.uploads).toHaveLength(1);
    expect(tool.said.asked).toEqual([]);
    expect(tool.said.error.join()).toContain('is going on already');
    expect(tool.said.error.join()).toContain(`fleet adjust ${running?.name}`);
    expect(await readdir(directory)).toEqual(['lot-7.csv', 'lot-7.report.csv']);
  });

  it('starts another run when the same command has ended, without another upload, and says so', async () => {
    await decommission();
    const tool = createTool();
    expect(await decommission({}, tool)).toBe(0);
    const [first, second] = fleet.started.map(({ name }) => name);
    expect(second).toBe(first?.replace(/-1$/, '-2'));
    expect(fleet.uploads).toHaveLength(1);
    expect(tool.said.error.join()).toContain(`fleet watch ${first}`);
    expect(await readdir(directory)).toEqual(['lot-7.csv', 'lot-7.report.2.csv', 'lot-7.report.csv']);
  });

  it('is a new request where Step Functions has forgotten the name after 90 days', async () => {
    await decommission();
    fleet.runs.clear();
    await decommission();
    const [first, second] = fleet.started;
    expect(second?.name).toBe(first?.name);
    expect(second?.input['requestId']).not.toBe(first?.input['requestId']);
  });

  it('uploads anew what the bucket would remove before a redrive has read it', async () => {
    await decommission();
    fleet.writtenAtMs -= 2 * 86_400_000;
    expect(await decommission()).toBe(0);
    expect(fleet.uploads).toHaveLength(2);
  });

  it('starts nothing after Ctrl-C, whether it reads, asks or uploads', async () => {
    const early = createTool();
    early.interrupted.abort();
    await expect(decommission({}, early)).rejects.toMatchObject({ exitCode: 130 });
    const late = createTool();
    const { upload } = fleet.tools.bucket;
    fleet.tools.bucket.upload = async (...args) => {
      await upload(...args);
      late.interrupted.abort();
    };
    await expect(decommission({}, late)).rejects.toMatchObject({
      exitCode: 130,
      message: 'Interrupted: nothing was started.',
    });
    expect(fleet.started).toEqual([]);
  });

  it('writes no half report after Ctrl-C', async () => {
    const tool = createTool();
    const { read } = fleet.tools.bucket;
    fleet.tools.bucket.read = async (key) => {
      if (key.startsWith('results/')) tool.interrupted.abort();
      return read(key);
    };
    await expect(decommission({}, tool)).rejects.toThrow('"fleet watch" reads them again');
    expect(await readdir(directory)).toEqual(['lot-7.csv']);
  });

  it('says how to go on with a run that was stopped, before it starts another', async () => {
    fleet.endsAs = 'ABORTED';
    await decommission();
    const tool = createTool({ answers: false });
    await expect(decommission({ yes: false }, tool)).rejects.toThrow('Nothing was started.');
    expect(tool.said.error.join()).toContain(`To go on with it: npx devicectl fleet redrive ${run()?.name}`);
  });

  it.each([
    ['was refused', 'Why', { error: 'InvalidInput' }],
    ['cannot be redriven', 'Its report', { notRedrivable: 'It is older than 14 days' }],
  ])('advises no redrive of a run that %s', async (_, advice, change) => {
    fleet.endsAs = 'FAILED';
    await decommission();
    Object.assign(run() ?? {}, change);
    const tool = createTool({ answers: false });
    await expect(decommission({ yes: false }, tool)).rejects.toThrow('Nothing was started.');
    expect(tool.said.error.join()).toContain(
      `ended: FAILED. ${advice}: npx devicectl fleet watch ${run()?.name}`,
    );
    expect(tool.said.error.join()).not.toContain('redrive');
  });

  it('is another run with another reason, retention, hold or dry run', async () => {
    for (const values of [
      {},
      { reason: 'sold' },
      { 'retention-days': '7' },
      { 'legal-hold': true },
      { 'dry-run': true },
    ]) {
      await decommission(values);
    }
    expect(new Set(fleet.started.map(({ name }) => name.replace(/-\d+$/, ''))).size).toBe(5);
    expect(fleet.started.at(-1)?.input).toMatchObject({ dryRun: true });
  });

  it('asks first, with the number to be typed for many, and starts nothing without a yes', async () => {
    const no = createTool({ answers: false });
    await expect(decommission({ yes: false }, no)).rejects.toThrow('Nothing was started.');
    expect(no.said.asked).toEqual([
      expect.stringContaining('Decommission 3 devices of device-lifecycle-dev'),
    ]);
    expect(no.said.error.join()).toContain('3 devices: < $0.01 and about 1 s to move');
    const types = createTool({ types: '2' });
    await expect(decommission({ yes: false, 'confirm-above': '2' }, types)).rejects.toThrow('Nothing');
    await expect(decommission({ yes: false })).rejects.toMatchObject({ exitCode: 2 });
    expect([fleet.started, fleet.uploads]).toEqual([[], []]);
    expect(await decommission({ yes: false, 'confirm-above': '2' }, createTool({ types: '3' }))).toBe(0);
    expect(await decommission({ yes: false, 'dry-run': true })).toBe(0);
  });

  it('has nothing to be retried of a dry run, and advises no other pace unless one was asked for', async () => {
    fleet.endsAs = 'ABORTED';
    fleet.fateOf = () => 'pending';
    const dry = createTool();
    expect(await decommission({ 'dry-run': true }, dry)).toBe(1);
    expect(dry.said.progress).toContain('Dry run');
    expect(dry.said.error.at(-1)).toContain('The report is');
    Object.assign(run() ?? {}, { status: 'RUNNING', looksLeft: 3 });
    const again = createTool();
    await decommission({ 'dry-run': true }, again);
    expect(again.said.error.join()).toContain('is going on already');
    expect(again.said.error.join()).not.toContain('fleet adjust');
  });

  it('leaves the run alone on Ctrl-C, and says how to watch and to stop it', async () => {
    const tool = createTool();
    fleet.onLook = () => tool.interrupted.abort();
    expect(await decommission({ json: true, local: true }, tool)).toBe(130);
    expect(tool.json()).toMatchObject({ execution: run()?.name, status: 'RUNNING', detached: true });
    expect(tool.said.error.join()).toContain(`npx devicectl fleet stop ${run()?.name} --local`);
    expect(await readdir(directory)).toEqual(['lot-7.csv']);
  });

  it('refuses bad lines before it begins, and leaves them out when it may', async () => {
    await writeFile(file, 'deviceId\ndev-1\n\ndev 2\n');
    await expect(decommission()).rejects.toThrow(/1 bad line: .*\nline 4: "dev 2"/);
    expect(fleet.started).toEqual([]);
    const tool = createTool();
    expect(await decommission({ 'skip-bad-lines': true }, tool)).toBe(0);
    expect(tool.said.error.join()).toContain('line 4: "dev 2"');
    expect(await linesOf(report)).toHaveLength(2);
  });

  it('replaces only the report of its own run', async () => {
    const mine = join(directory, 'mine.csv');
    await writeFile(mine, 'deviceId\nx\n');
    await expect(decommission({ report: mine })).rejects.toThrow('mine.csv is there already');
    await expect(decommission({ report: join(directory, 'none', 'r.csv') })).rejects.toThrow(
      'cannot be written to',
    );
    expect(fleet.started).toEqual([]);
    expect(await readFile(mine, 'utf8')).toBe('deviceId\nx\n');
  });

  it('needs a reason, and one file', async () => {
    await expect(decommission({ reason: undefined })).rejects.toMatchObject({ exitCode: 2 });
    await expect(decommission({ 'tolerated-failure-percentage': '101' })).rejects.toMatchObject({
      exitCode: 2,
    });
    await expect(decommission({ 'max-concurrency': '1001' })).rejects.toThrow('give 1 to 1000');
    const none = createTool().context({ reason: 'x' }, []);
    await expect(decommissionFleet(none, fleet.useFleet)).rejects.toThrow('Give one file of devices.');
  });
});
