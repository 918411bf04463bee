import { SFNClient } from '@aws-sdk/client-sfn';
import {
  jsonAnswer,
  jsonError,
  type WireRequest,
  wireConfig,
} from '@device-lifecycle/test-kit/sdk-answers.ts';
import { OPERATOR_ARN, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import {
  assertOwn,
  redriveExecution,
  startExecution,
} from '../../../src/server/executions/change-execution.ts';

const START = { machine: 'hold-device', name: 'one', input: { deviceId: 'pump-1', reason: 'case' } } as const;
const ARN = `arn:aws:states:eu-west-1:123456789012:execution:${testStack.name}-hold-device:one`;

/** Step Functions where the execution was started before, with this input. */
function startedBefore(input: object) {
  const seen: WireRequest[] = [];
  const client = new SFNClient(
    wireConfig((request) => {
      seen.push(request);
      if (request.operation === 'StartExecution') return jsonError('ExecutionAlreadyExists', 'It exists.');
      return jsonAnswer({
        executionArn: ARN,
        status: 'SUCCEEDED',
        startDate: 1,
        input: JSON.stringify(input),
      });
    }),
  );
  return { client, seen };
}

describe('startExecution', () => {
  it('is in the name of the operator', async () => {
    const { client, seen } = startedBefore({});
    await expect(startExecution(client, testStack, START)).rejects.toThrow('give this one another name');
    expect(JSON.parse(String(seen[0]?.input['input']))).toEqual({
      ...START.input,
      requestedBy: OPERATOR_ARN,
    });
  });

  it('finds what was started by a request whose answer got lost', async () => {
    const { client } = startedBefore({ ...START.input, requestedBy: OPERATOR_ARN });
    expect(await startExecution(client, testStack, START)).toBe(ARN);
  });

  it('starts nothing that the machine would refuse', async () => {
    const { client, seen } = startedBefore({});
    const wrong = { ...START, input: { deviceId: 'pump 1' } };
    await expect(startExecution(client, testStack, wrong)).rejects.toThrow(/reason|deviceId/);
    const forged = { ...START, input: { ...START.input, requestedBy: 'somebody else' } };
    await expect(startExecution(client, testStack, forged)).rejects.toThrow('requestedBy');
    expect(seen).toEqual([]);
  });
});

describe('assertOwn', () => {
  it('lets no execution of another stack be changed', () => {
    assertOwn(testStack, ARN);
    for (const name of ['device-lifecycle-prod', `${testStack.name}-eu`]) {
      const ofAnother = ARN.replace(testStack.name, name);
      expect(() => assertOwn(testStack, ofAnother)).toThrow('open the console of its own stack');
    }
  });
});

describe('redriveExecution', () => {
  it('says why not', async () => {
    const client = new SFNClient(wireConfig(() => jsonError('ExecutionNotRedrivable', 'It has succeeded.')));
    await expect(redriveExecution(client, ARN)).rejects.toThrow('cannot be redriven: It has succeeded.');
  });
});
