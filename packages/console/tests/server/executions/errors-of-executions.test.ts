import { SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionState } from '@device-lifecycle/operator/executions/ports.ts';
import {
  jsonAnswer,
  jsonError,
  type WireAnswer,
  wireConfig,
} from '@device-lifecycle/test-kit/sdk-answers.ts';
import { describe, expect, it } from '@jest/globals';
import { createErrorReader } from '../../../src/server/executions/errors-of-executions.ts';

const FAILED: ExecutionState = {
  executionArn: 'arn:1',
  name: '1',
  status: 'FAILED',
  startedAt: 1_000,
  stoppedAt: 2_000,
};
const ANSWER = jsonAnswer({ executionArn: 'arn:1', status: 'FAILED', startDate: 1, error: 'DeviceNotFound' });

const MAX_KEPT = 3;

function readerWith(...answers: readonly WireAnswer[]) {
  const left = [...answers];
  let calls = 0;
  const client = new SFNClient(
    wireConfig(() => {
      calls += 1;
      return (left.length > 1 ? left.shift() : left[0]) ?? ANSWER;
    }),
  );
  return { read: createErrorReader(client, MAX_KEPT), calls: () => calls };
}

describe('createErrorReader', () => {
  it('asks once for each end of those that failed, and not for others', async () => {
    const { read, calls } = readerWith(ANSWER);
    expect([await read(FAILED), await read(FAILED)]).toEqual(['DeviceNotFound', 'DeviceNotFound']);
    expect(await read({ ...FAILED, status: 'SUCCEEDED' })).toBeUndefined();
    expect(calls()).toBe(1);
    // It was redriven, and has failed again.
    await read({ ...FAILED, stoppedAt: 3_000 });
    expect(calls()).toBe(2);
  });

  it('asks again after a fault that passes, and not in vain for what is forbidden', async () => {
    for (const fault of ['ThrottlingException', 'ExpiredTokenException']) {
      const { read } = readerWith(jsonError(fault, 'not now'), ANSWER);
      expect(await read(FAILED)).toBeUndefined();
      expect(await read(FAILED)).toBe('DeviceNotFound');
    }
    const forbidden = readerWith(jsonError('AccessDeniedException', 'no'));
    expect([await forbidden.read(FAILED), await forbidden.read(FAILED)]).toEqual([undefined, undefined]);
    expect(forbidden.calls()).toBe(1);
  });

  it('forgets those that were asked for long ago', async () => {
    const { read, calls } = readerWith(ANSWER);
    for (let end = 0; end <= MAX_KEPT; end += 1) await read({ ...FAILED, stoppedAt: end });
    await read({ ...FAILED, stoppedAt: MAX_KEPT });
    expect(calls()).toBe(4);
    await read({ ...FAILED, stoppedAt: 0 });
    expect(calls()).toBe(5);
  });
});
