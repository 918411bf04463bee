import { createFakeExecutions } from '@device-lifecycle/test-kit/fake-executions.ts';
import { createTool, OPERATOR_ARN, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { decommissionDevice } from '../../src/commands/device/decommission.ts';
import { purgeDevice } from '../../src/commands/device/purge.ts';
import { operate } from '../../src/device/operate.ts';

const done = {
  status: 'SUCCEEDED',
  output: '{"deviceId":"dev:1","outcome":"decommissioned","ttl":1800000000,"credentials":"inactive"}',
} as const;
const reason = { reason: 'recall', yes: true };

const failed = (error: string, errorMessage: string) =>
  createFakeExecutions([
    { status: 'FAILED', error, cause: JSON.stringify({ errorType: error, errorMessage }) },
  ]);

describe('decommissioning a device', () => {
  it('starts an execution in the name of the operator, waits for its end and says what became of it', async () => {
    const tool = createTool();
    const executions = createFakeExecutions([{}, {}, done]);
    const options = { ...reason, 'retention-days': '7', 'request-id': 'r-1' };
    expect(await decommissionDevice(tool.context(options, ['dev:1']), executions, testStack)).toBe(0);
    expect(executions.started).toEqual([
      {
        machine: 'decommission-device',
        name: expect.stringMatching(/^dev_1-[0-9a-f-]{13}$/),
        input: {
          deviceId: 'dev:1',
          requestedBy: OPERATOR_ARN,
          reason: 'recall',
          requestId: 'r-1',
          retentionDays: 7,
        },
      },
    ]);
    expect(tool.said.out).toEqual([
      'dev:1: decommissioned, until 2027-01-15T08:00:00.000Z, credentials inactive',
    ]);
    expect(tool.said.progress).toEqual(['decommission-device dev:1']);
  });

  it('asks first, and does nothing without a yes', async () => {
    const tool = createTool({ answers: false });
    const executions = createFakeExecutions([done]);
    const context = tool.context({ reason: 'recall' }, ['dev-1']);
    await expect(decommissionDevice(context, executions, testStack)).rejects.toThrow('Nothing was done.');
    expect(tool.said.asked).toEqual([
      'Decommission dev-1 of device-lifecycle-dev in eu-west-1, account 123456789012?',
    ]);
    await expect(
      purgeDevice(createTool().context({ reason: 'x' }, ['dev-1']), executions, testStack),
    ).rejects.toMatchObject({ exitCode: 2 });
    expect(executions.started).toEqual([]);
  });

  it.each([
    [{}, ['dev-1'], 'Say with --reason why'],
    [reason, [], 'Give one device id'],
    [reason, ['a', 'b'], 'Give one device id'],
    [reason, ['a/b'], '"a/b" is not a device id'],
    [{ ...reason, 'not-before': 'tomorrow' }, ['dev-1'], '--not-before tomorrow is not a time'],
    [{ ...reason, 'not-before': '2026-12-31T18:00:00' }, ['dev-1'], 'with its zone'],
    [{ ...reason, 'not-before': '2027' }, ['dev-1'], '--not-before 2027 is not a time'],
    [{ ...reason, 'legal-hold': true, 'retention-days': '7' }, ['dev-1'], 'leave out --retention-days'],
  ])('is refused for %j %j before anything is called', async (options, ids, words) => {
    const executions = createFakeExecutions([done]);
    const run = async () => decommissionDevice(createTool().context(options, ids), executions, testStack);
    await expect(run()).rejects.toThrow(words);
    expect(executions.started).toEqual([]);
  });

  it.each([
    ['2026-12-31T18:00:00Z', 1_798_740_000],
    ['1798740000', 1_798_740_000],
    ['2026-12-31', 1_798_675_200],
  ])('for %s does not wait for that', async (time, notBefore) => {
    const tool = createTool();
    const executions = createFakeExecutions([{}], 'WaitStateEntered');
    const context = tool.context({ ...reason, 'not-before': time, json: true }, ['dev-1']);
    expect(await decommissionDevice(context, executions, testStack)).toBe(0);
    expect(executions.started[0]?.input).toMatchObject({ notBefore });
    expect(tool.json()).toMatchObject({ deviceId: 'dev-1', status: 'SCHEDULED' });
  });
});

describe('an execution for one device', () => {
  const restore = { machine: 'restore-device', input: {} } as const;
  const run = (
    executions: ReturnType<typeof createFakeExecutions>,
    values: Readonly<Record<string, unknown>> = {},
    tool = createTool(),
  ) => operate(tool.context(values, ['dev-1']), executions, testStack, restore);

  it.each([
    ['DeviceNotFound', 'There is no device "dev-1". Register it first.', 3],
    ['RetentionExpired', 'Its retention ended. Register it as a new device.', 1],
    ['Throttled', 'DynamoDB is throttled.', 4],
    ['States.Timeout', '', 4],
  ])('that fails of %s says so in one sentence', async (error, message, exitCode) => {
    const tool = createTool();
    const thrown = await run(failed(error, message), { json: true }, tool).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ exitCode });
    const said = String(Object(thrown).message);
    expect(said.startsWith(`${error}: `)).toBe(true);
    expect(said).toMatch(/:dev-1-[0-9a-f-]{13}\)\.$/);
    expect(said).not.toMatch(/\. [A-Z]/);
    expect(tool.json()).toMatchObject({ status: 'FAILED', error });
  });

  it('that is stopped by somebody may have done its work', async () => {
    await expect(run(createFakeExecutions([{ status: 'ABORTED' }]))).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('somebody has stopped it'),
    });
  });

  it('is not waited for with --no-wait, nor after Ctrl-C', async () => {
    const tool = createTool();
    expect(await run(createFakeExecutions([{}]), { 'no-wait': true, json: true }, tool)).toBe(0);
    expect(tool.json()).toMatchObject({ status: 'RUNNING', executionArn: expect.stringMatching(/^arn:/) });

    const other = createTool();
    const executions = createFakeExecutions([{}]);
    const describe = (executionArn: string) => {
      other.interrupted.abort();
      return executions.describe(executionArn);
    };
    expect(await run({ ...executions, describe }, {}, other)).toBe(130);
    expect(other.said.error.join()).toContain('It goes on: see npx devicectl executions show arn:');
    await expect(run(executions, {}, other)).rejects.toMatchObject({ exitCode: 130 });
    expect(executions.started).toHaveLength(1);
  });
});
