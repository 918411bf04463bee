import { SFNClient } from '@aws-sdk/client-sfn';
import {
  jsonAnswer,
  jsonError,
  type WireAnswer,
  type WireRequest,
  wireConfig,
} from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { createExecutionReader } from '../../src/executions/reader.ts';
import { createExecutionStarter } from '../../src/executions/starter.ts';

const machineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:device-lifecycle-dev-hold-device';
const arn = machineArn.replace('stateMachine', 'execution');

function connect(answer: (request: WireRequest) => WireAnswer) {
  const requests: WireRequest[] = [];
  const client = new SFNClient(
    wireConfig((request) => {
      requests.push(request);
      return answer(request);
    }),
  );
  return {
    requests,
    reader: createExecutionReader(client, testStack),
    starter: createExecutionStarter(client, testStack),
  };
}

describe('executions of Step Functions', () => {
  it('are listed page by page, with their times in milliseconds', async () => {
    const { reader, requests } = connect(({ input }) =>
      jsonAnswer({
        executions: [
          {
            executionArn: `${arn}:${input['nextToken'] ?? 'a'}`,
            stateMachineArn: machineArn,
            name: String(input['nextToken'] ?? 'a'),
            status: 'FAILED',
            startDate: 1_800_000_000.25,
            stopDate: 1_800_000_001,
          },
        ],
        ...(input['nextToken'] === undefined && { nextToken: 'b' }),
      }),
    );
    const listed = [];
    for await (const execution of reader.list('hold-device', 'FAILED')) listed.push(execution);
    expect(listed.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(listed[0]).toEqual({
      executionArn: `${arn}:a`,
      name: 'a',
      status: 'FAILED',
      startedAt: 1_800_000_000_250,
      stoppedAt: 1_800_000_001_000,
    });
    expect(requests[0]).toMatchObject({
      operation: 'ListExecutions',
      input: { stateMachineArn: machineArn, statusFilter: 'FAILED' },
    });
  });

  it('may not be there, which is not the same as one that cannot be read', async () => {
    const missing = connect(() => jsonError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}:a'`));
    expect(await missing.reader.find(`${arn}:a`)).toBeUndefined();
    const denied = connect(() => jsonError('AccessDeniedException', 'no'));
    await expect(denied.reader.find(`${arn}:a`)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('are started by the name of their state machine, and followed', async () => {
    const { starter, requests } = connect(({ operation }) =>
      operation === 'StartExecution'
        ? jsonAnswer({ executionArn: `${arn}:x`, startDate: 1 })
        : jsonAnswer({ events: [{ id: 4, type: 'WaitStateEntered', timestamp: 1 }] }),
    );
    expect(await starter.start('hold-device', 'x', { deviceId: 'dev-1' })).toBe(`${arn}:x`);
    expect(await starter.lastEventType(`${arn}:x`)).toBe('WaitStateEntered');
    expect(requests.map(({ input }) => input)).toEqual([
      { stateMachineArn: machineArn, name: 'x', input: '{"deviceId":"dev-1"}' },
      { executionArn: `${arn}:x`, reverseOrder: true, maxResults: 1, includeExecutionData: false },
    ]);
  });

  it('have map runs with their counts', async () => {
    const { reader } = connect(() =>
      jsonAnswer({
        mapRunArn: 'arn:map',
        executionArn: `${arn}:a`,
        status: 'RUNNING',
        startDate: 1_800_000_000,
        maxConcurrency: 10,
        toleratedFailurePercentage: 10,
        toleratedFailureCount: 0,
        itemCounts: { total: 3, succeeded: 1, failed: 0 },
        executionCounts: { total: 1, running: 1 },
      }),
    );
    expect(await reader.mapRun('arn:map')).toEqual({
      mapRunArn: 'arn:map',
      status: 'RUNNING',
      startedAt: 1_800_000_000_000,
      maxConcurrency: 10,
      toleratedFailurePercentage: 10,
      toleratedFailureCount: 0,
      items: { total: 3, succeeded: 1, failed: 0 },
      executions: { total: 1, running: 1 },
    });
  });
});
