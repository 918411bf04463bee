import { createFakeExecutions } from '@device-lifecycle/test-kit/fake-executions.ts';
import { OPERATOR_ARN, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { operate, progressOf } from '../../../src/server/device/operate.ts';
import { readOperation } from '../../../src/server/device/operation-request.ts';

const purge = { machine: 'purge-device', deviceId: 'dev:1', requestId: 'r-1', reason: 'x' } as const;

describe('readOperation', () => {
  it('has the state machine asked in its own units', () => {
    const body = { operation: 'decommission', requestId: 'r-1', reason: 'recall', notBeforeMs: 1_500 };
    expect(readOperation('dev-1', body)).toEqual({
      machine: 'decommission-device',
      deviceId: 'dev-1',
      requestId: 'r-1',
      reason: 'recall',
      input: { notBefore: 2 },
    });
  });

  it.each([
    ['without a reason', { operation: 'purge', requestId: 'r' }],
    ['without a request id', { operation: 'restore' }],
    ['of an unknown kind', { operation: 'explode', requestId: 'r', reason: 'x' }],
    ['with a field of another', { operation: 'hold', requestId: 'r', reason: 'x', retentionDays: 3 }],
    [
      'with a hold that ends',
      { operation: 'decommission', requestId: 'r', reason: 'x', legalHold: true, retentionDays: 3 },
    ],
    ['with a control character', { operation: 'hold', requestId: 'r', reason: 'a\nb' }],
    ['in the name of somebody else', { operation: 'restore', requestId: 'r', requestedBy: 'root' }],
  ])('refuses one %s', (_, body) => {
    expect(() => readOperation('dev-1', body)).toThrow();
  });
});

describe('operate', () => {
  it('starts it in the name of the operator', async () => {
    const executions = createFakeExecutions([]);
    const executionArn = await operate(executions, testStack, purge);
    const [started] = executions.started;
    expect(executionArn).toContain(`:execution:device-lifecycle-dev-purge-device:${started?.name}`);
    expect(started?.input).toEqual({
      deviceId: 'dev:1',
      requestId: 'r-1',
      reason: 'x',
      requestedBy: OPERATOR_ARN,
    });
  });

  it('knows its own execution again, which had ended when the SDK tried once more', async () => {
    const names: string[] = [];
    const start = async (_machine: string, name: string): Promise<string> => {
      names.push(name);
      throw Object.assign(new Error('Execution Already Exists'), { name: 'ExecutionAlreadyExists' });
    };
    const executionArn = await operate({ start }, testStack, purge);
    expect(executionArn).toBe(
      `arn:aws:states:eu-west-1:123456789012:execution:device-lifecycle-dev-purge-device:${names[0]}`,
    );
  });
});

describe('progressOf', () => {
  it('tells one that waits for its time from one that is under way', async () => {
    const waiting = (input: string) => createFakeExecutions([{ input }], 'WaitStateEntered');
    expect((await progressOf(waiting('{"notBefore":5}'), 'arn:x')).status).toBe('SCHEDULED');
    expect((await progressOf(waiting('{}'), 'arn:x')).status).toBe('RUNNING');
    const running = createFakeExecutions([{ input: '{"notBefore":5}' }], 'TaskStateEntered');
    expect((await progressOf(running, 'arn:x')).status).toBe('RUNNING');
  });

  it('tells what came of it, and whether a failure may have had its effect', async () => {
    const output = JSON.stringify({ deviceId: 'dev-1', outcome: 'purged', remains: 'pending', receipt: {} });
    expect(
      (await progressOf(createFakeExecutions([{ status: 'SUCCEEDED', output }]), 'arn:x')).output,
    ).toEqual({
      outcome: 'purged',
      remains: 'pending',
    });
    const failed = (error: string) =>
      progressOf(
        createFakeExecutions([{ status: 'FAILED', error, cause: '{"errorMessage":"Why."}' }]),
        'arn:x',
      );
    expect((await failed('UnderLegalHold')).failure).toEqual({
      error: 'UnderLegalHold',
      message: 'Why',
      isOpen: false,
    });
    expect((await failed('Throttled')).failure?.isOpen).toBe(true);
  });
});
