import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { summariseHistory } from '@device-lifecycle/operator/executions/history.ts';
import type { ExecutionState, MapRunState } from '@device-lifecycle/operator/executions/ports.ts';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createTool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { listExecutions } from '../../src/commands/executions/list.ts';
import { showExecution } from '../../src/commands/executions/show.ts';

const arnOf = (machine: string, name: string) =>
  `arn:aws:states:eu-west-1:123456789012:execution:device-lifecycle-dev-${machine}:${name}`;

const execution = (machine: string, name: string, minutesAgo: number, more = {}): ExecutionState => ({
  executionArn: arnOf(machine, name),
  name,
  status: 'SUCCEEDED',
  startedAt: START - minutesAgo * 60_000,
  stoppedAt: START - minutesAgo * 60_000 + 1_500,
  ...more,
});

const missing = () =>
  Object.assign(new Error('State Machine Does Not Exist'), { name: 'StateMachineDoesNotExist' });

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function* fails(error: Error): AsyncGenerator<ExecutionState> {
  yield* [];
  throw error;
}

describe('the list of executions', () => {
  const held: Readonly<Record<string, readonly ExecutionState[]>> = {
    'decommission-device': [
      execution('decommission-device', 'b', 2),
      execution('decommission-device', 'd', 300),
    ],
    'restore-device': [
      execution('restore-device', 'a', 1),
      execution('restore-device', 'c', 3, { status: 'FAILED' }),
    ],
  };
  const asked: (string | undefined)[] = [];
  const reader = {
    list: (machine: string, status: string | undefined) => {
      asked.push(status);
      const executions = held[machine];
      return executions === undefined ? fails(missing()) : each(executions);
    },
  };
  const list = async (values: Readonly<Record<string, unknown>>) => {
    const tool = createTool();
    const exitCode = await listExecutions(tool.context(values), reader, testStack);
    return { exitCode, ...tool.said };
  };
  const names = async (values: Readonly<Record<string, unknown>>) => {
    const { executions, hasMore } = JSON.parse((await list({ ...values, json: true })).out.join());
    return [executions.map(({ name }: { name: string }) => name).join(' '), hasMore];
  };

  it('has those of all state machines, the newest first', async () => {
    expect(await names({})).toEqual(['a b c d', false]);
    expect(await names({ limit: '2' })).toEqual(['a b', true]);
    expect(await names({ since: '1h' })).toEqual(['a b c', false]);
    expect(await names({ machine: 'restore-device', limit: '2' })).toEqual(['a c', false]);
    await list({ status: 'FAILED' });
    expect(asked.at(-1)).toBe('FAILED');
  });

  it('is a table for people', async () => {
    const { exitCode, out, error } = await list({ limit: '1' });
    expect(exitCode).toBe(0);
    expect(out.join()).toMatch(
      /^STARTED +MACHINE +STATUS +TOOK +NAME\n\S+Z +restore-device +SUCCEEDED +2 s +a$/,
    );
    expect(error).toEqual([
      '1 execution of device-lifecycle-dev in a test. There are more: give a higher --limit, or --since.',
    ]);
  });

  it('fails when the stack has none of the machines, or when one cannot be read', async () => {
    const context = createTool().context();
    await expect(listExecutions(context, { list: () => fails(missing()) }, testStack)).rejects.toThrow(
      'Does Not Exist',
    );
    const denied = {
      list: (machine: string) => (machine === 'hold-device' ? fails(new Error('denied')) : each([])),
    };
    await expect(listExecutions(context, denied, testStack)).rejects.toThrow('denied');
  });

  it('is refused for times that are none', async () => {
    await expect(list({ since: 'monday' })).rejects.toMatchObject({ exitCode: 2 });
  });
});

let lastId = 0;
const event = (type: HistoryEvent['type'], details: Partial<HistoryEvent> = {}): HistoryEvent => {
  lastId += 1;
  return {
    id: lastId,
    previousEventId: lastId - 1,
    type,
    timestamp: new Date(START + lastId * 1_000),
    ...details,
  };
};
const entered = (type: string, name: string) =>
  event(`${type}StateEntered` as HistoryEvent['type'], { stateEnteredEventDetails: { name } });
const exited = (type: string, name: string) =>
  event(`${type}StateExited` as HistoryEvent['type'], { stateExitedEventDetails: { name } });

describe('the history of an execution', () => {
  it('is the states that it went through, with tries that failed', () => {
    lastId = 0;
    const { states, mapRunArns } = summariseHistory([
      event('ExecutionStarted'),
      entered('Task', 'Move'),
      event('TaskFailed', {
        taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'Throttled' },
      }),
      event('TaskSucceeded'),
      exited('Task', 'Move'),
      entered('Map', 'Devices'),
      event('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: 'arn:map' } }),
      entered('Pass', 'Within'),
      exited('Pass', 'Within'),
      exited('Map', 'Devices'),
      entered('Wait', 'Wait'),
    ]);
    expect(mapRunArns).toEqual(['arn:map']);
    const brief = states.map(({ name, type, enteredAt, exitedAt, failures, error }) => [
      name,
      type,
      exitedAt === undefined ? undefined : (exitedAt - enteredAt) / 1_000,
      failures,
      error,
    ]);
    expect(brief).toEqual([
      ['Move', 'Task', 3, 1, 'Throttled'],
      ['Devices', 'Map', 4, 0, undefined],
      ['Within', 'Pass', 1, 0, undefined],
      ['Wait', 'Wait', undefined, 0, undefined],
    ]);
  });
});

describe('showing an execution', () => {
  const mapRun: MapRunState = {
    mapRunArn: 'arn:map',
    status: 'FAILED',
    startedAt: START,
    maxConcurrency: 10,
    toleratedFailurePercentage: 10,
    toleratedFailureCount: 0,
    items: { total: 1_000, succeeded: 900, failed: 100, aborted: 0 },
    executions: { total: 10, succeeded: 9, failed: 1 },
  };
  const failed = execution('decommission-fleet', 'lot-7', 1, {
    status: 'FAILED',
    input: '{"reason":"recall"}',
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
  const states = [
    { name: 'Devices', type: 'Map', enteredAt: START, exitedAt: START + 250, failures: 1, error: 'E' },
  ];
  const readerOf = (...executions: readonly ExecutionState[]) => ({
    find: async (arn: string) => executions.find(({ executionArn }) => executionArn === arn),
    history: async () => ({ states, mapRunArns: ['arn:map'] }),
    mapRun: async () => mapRun,
  });
  const show = async (id: string, values: object, ...executions: readonly ExecutionState[]) => {
    const tool = createTool();
    await showExecution(tool.context({ ...values }, [id]), readerOf(...executions), testStack);
    return tool.said.out.join('\n');
  };

  it('finds it by its name and by its ARN', async () => {
    for (const id of ['lot-7', failed.executionArn]) {
      expect(JSON.parse(await show(id, { json: true }, failed))).toEqual({
        executionArn: failed.executionArn,
        machine: 'decommission-fleet',
        name: 'lot-7',
        status: 'FAILED',
        startedAt: new Date(START - 60_000).toISOString(),
        stoppedAt: new Date(START - 58_500).toISOString(),
        durationSeconds: 1.5,
        input: { reason: 'recall' },
        error: 'States.ExceedToleratedFailureThreshold',
        message: 'The specified tolerated failure threshold was exceeded',
        states: [
          {
            name: 'Devices',
            type: 'Map',
            enteredAt: new Date(START).toISOString(),
            exitedAt: new Date(START + 250).toISOString(),
            durationSeconds: 0.25,
            failures: 1,
            error: 'E',
          },
        ],
        mapRuns: [{ ...mapRun, startedAt: new Date(START).toISOString() }],
      });
    }
  });

  it('is text for people', async () => {
    const text = await show('lot-7', {}, failed);
    expect(text).toMatch(/^error {6}States\.ExceedToleratedFailureThreshold: The specified/m);
    expect(text).toMatch(/^\S+Z +Devices +Map +250 ms +1, last E$/m);
    expect(text).toContain('items      1,000 in all, 900 succeeded, 100 failed');
    expect(text).toMatch(/^tolerates {2}failures of 10 %$/m);
  });

  it('tells that there is none, or several', async () => {
    await expect(show('lot-8', {}, failed)).rejects.toMatchObject({ exitCode: 3 });
    const namesake = execution('restore-fleet', 'lot-7', 1);
    await expect(show('lot-7', {}, failed, namesake)).rejects.toThrow(
      `give the ARN of one: ${failed.executionArn}, `,
    );
    await expect(showExecution(createTool().context(), readerOf(), testStack)).rejects.toMatchObject({
      exitCode: 2,
    });
  });
});
