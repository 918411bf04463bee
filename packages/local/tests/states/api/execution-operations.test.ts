import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  paginateListExecutions,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import { EXPRESS_ARN, MACHINE_ARN, PREFIX, statesApi } from '../states-api.ts';

const api = statesApi();

const DAY_MS = 24 * 60 * 60 * 1_000;

describe('executions', () => {
  it('run from start to end', async () => {
    const { executionArn, startDate } = await api.start('first', { a: 1 });
    expect({ executionArn, startDate }).toEqual({
      executionArn: `${PREFIX}:execution:machine:first`,
      startDate: new Date('2026-01-01'),
    });
    await api.clock.advance(1_000);
    const { $metadata: _, ...described } = await api.client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    expect(described).toEqual({
      executionArn,
      stateMachineArn: MACHINE_ARN,
      name: 'first',
      status: 'SUCCEEDED',
      startDate: new Date('2026-01-01'),
      stopDate: new Date('2026-01-01'),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"was":{"a":1}}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const machine = await api.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(machine).toMatchObject({
      stateMachineArn: MACHINE_ARN,
      name: 'machine',
      updateDate: new Date('2026-01-01'),
    });
  });

  it('tell how they failed', async () => {
    const { executionArn } = await api.start(undefined, { fail: true });
    await api.clock.advance(0);
    const described = await api.client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'FAILED', error: 'Asked', cause: 'It was asked for.' });
    expect(described.output).toBeUndefined();
  });

  it('that start twice with the same name and input are one while they run', async () => {
    const first = await api.start('same', { seconds: 60 });
    await api.clock.advance(5_000);
    const second = await api.start('same', { seconds: 60 });
    expect([second.executionArn, second.startDate]).toEqual([first.executionArn, first.startDate]);
    await expect(api.start('same', { seconds: 61 })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first.executionArn}'`,
    });
    const { executions } = await api.client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN }));
    expect(executions).toHaveLength(1);
  });

  it('keep their name for 90 days after their end', async () => {
    await api.start('once');
    await api.clock.advance(0);
    await expect(api.start('once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await api.clock.advance(90 * DAY_MS - 1);
    await expect(api.start('once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await api.clock.advance(1);
    const executionArn = `${PREFIX}:execution:machine:once`;
    await expect(api.client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
    expect((await api.start('once')).startDate).toEqual(new Date(Date.parse('2026-01-01') + 90 * DAY_MS));
  });

  it('are listed from the newest on, by status and page', async () => {
    for (const name of ['e1', 'e2', 'e3', 'e4', 'e5']) {
      await api.start(name, name === 'e2' ? { fail: true } : { seconds: name === 'e5' ? 999_999 : 0 });
      await api.clock.advance(1_000);
    }
    const named = async (query: object) => {
      const { executions } = await api.client.send(
        new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, ...query }),
      );
      return executions?.map(({ name }) => name);
    };
    expect(await named({})).toEqual(['e5', 'e4', 'e3', 'e2', 'e1']);
    expect(await named({ statusFilter: 'FAILED' })).toEqual(['e2']);
    expect(await named({ statusFilter: 'RUNNING' })).toEqual(['e5']);
    expect(await named({ statusFilter: 'SUCCEEDED', maxResults: 2 })).toEqual(['e4', 'e3']);
    const pages: (string | undefined)[][] = [];
    const query = { stateMachineArn: MACHINE_ARN };
    for await (const { executions } of paginateListExecutions({ client: api.client, pageSize: 2 }, query)) {
      pages.push(executions?.map(({ name }) => name) ?? []);
      // What starts in between does not shift the pages.
      await api.start(`late${pages.length}`, { seconds: 999_999 });
    }
    expect(pages).toEqual([['e5', 'e4'], ['e3', 'e2'], ['e1']]);
  });

  it('are stopped, and stay as they are when they ended', async () => {
    const { executionArn } = await api.start('stopped', { seconds: 60 });
    await api.clock.advance(2_000);
    const stopped = await api.client.send(new StopExecutionCommand({ executionArn, error: 'E', cause: 'C' }));
    expect(stopped.stopDate).toEqual(new Date('2026-01-01T00:00:02Z'));
    const described = await api.client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'C',
      stopDate: stopped.stopDate,
    });
    await expect(api.start('stopped', { seconds: 60 })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    await api.clock.advance(0);
    expect(api.clock.sleeping).toBe(0);
  });
});

describe('Express machines', () => {
  it('answer synchronously', async () => {
    const sync = await api.client.send(
      new StartSyncExecutionCommand({ stateMachineArn: EXPRESS_ARN, name: 'n', input: '{"n":21}' }),
    );
    expect(sync).toMatchObject({
      status: 'SUCCEEDED',
      output: '42',
      name: 'n',
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
    expect(sync.executionArn).toMatch(new RegExp(`^${PREFIX}:express:express:n:[0-9a-f-]{36}$`));
    const failed = await api.client.send(
      new StartSyncExecutionCommand({ stateMachineArn: EXPRESS_ARN, input: '{}' }),
    );
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  it('start any number of executions of one name, of which nothing is kept', async () => {
    const [one, two] = [
      await api.start('n', { n: 1 }, EXPRESS_ARN),
      await api.start('n', { n: 1 }, EXPRESS_ARN),
    ];
    expect(one.executionArn).not.toBe(two.executionArn);
    await expect(
      api.client.send(new DescribeExecutionCommand({ executionArn: one.executionArn })),
    ).rejects.toMatchObject({
      name: 'InvalidArn',
    });
    await expect(
      api.client.send(new ListExecutionsCommand({ stateMachineArn: EXPRESS_ARN })),
    ).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });

  it('alone are run synchronously', async () => {
    await expect(
      api.client.send(new StartSyncExecutionCommand({ stateMachineArn: MACHINE_ARN })),
    ).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });
});
