import { SFNClient } from '@aws-sdk/client-sfn';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createRuns } from '../../src/fleet/runs.ts';

const ARN = 'arn:aws:states:eu-west-1:1:execution:device-lifecycle-dev-decommission-fleet:x-1';
const client = new SFNClient({ region: 'eu-west-1' });
const runs = createRuns(client, testStack);

/** What Step Functions answers, by the name of the call. */
function answer(answers: Readonly<Record<string, object | Error>>): { readonly asked: object[] } {
  const asked: object[] = [];
  jest.spyOn(client, 'send').mockImplementation((async (command: { readonly input: object }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const said = answers[name];
    asked.push({ [name]: command.input });
    if (said instanceof Error) throw said;
    return said;
  }) as typeof client.send);
  return { asked };
}

const named = (name: string, message = 'x') => Object.assign(new Error(message), { name });

afterEach(() => void jest.restoreAllMocks());

describe('runs', () => {
  it('are described, with why they cannot be redriven', async () => {
    const startDate = new Date(1_000);
    answer({
      DescribeExecution: {
        executionArn: ARN,
        name: 'x-1',
        status: 'FAILED',
        startDate,
        stopDate: new Date(2_000),
        input: '{"reason":"recall"}',
        error: 'States.ExceedToleratedFailureThreshold',
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: 'too old',
      },
    });
    expect(await runs.describe(ARN)).toEqual({
      executionArn: ARN,
      name: 'x-1',
      status: 'FAILED',
      startedAtMs: 1_000,
      endedAtMs: 2_000,
      input: { reason: 'recall' },
      error: 'States.ExceedToleratedFailureThreshold',
      notRedrivable: 'too old',
    });
  });

  it('are none where there are none, or the name is taken', async () => {
    answer({
      DescribeExecution: named('ExecutionDoesNotExist'),
      StartExecution: named('ExecutionAlreadyExists'),
    });
    expect(await runs.describe(ARN)).toBeUndefined();
    expect(await runs.start('arn:m', 'x-1', {})).toBeUndefined();
  });

  it('say what to do without such a machine, or in another Region', async () => {
    answer({
      StartExecution: named('StateMachineDoesNotExist'),
      DescribeExecution: named('InvalidArn'),
      RedriveExecution: named('ExecutionNotRedrivable', 'it is too old'),
    });
    await expect(runs.start('arn:aws:m:decommission-fleet', 'x-1', {})).rejects.toThrow(
      'There is no state machine decommission-fleet (device-lifecycle-dev in a test): check --stage',
    );
    await expect(runs.describe(ARN)).rejects.toThrow('is not the ARN of an execution in this Region');
    await expect(runs.redrive(ARN)).rejects.toThrow('cannot be redriven (it is too old)');
  });

  it('have the counts of their newest map run', async () => {
    const itemCounts = {
      total: 10,
      pending: 1,
      running: 1,
      succeeded: 4,
      failed: 1,
      timedOut: 1,
      aborted: 2,
      resultsWritten: 3,
    };
    const { asked } = answer({
      ListMapRuns: { mapRuns: [{ mapRunArn: 'arn:map' }] },
      DescribeMapRun: {
        status: 'RUNNING',
        itemCounts,
        executionCounts: { total: 1, running: 1 },
        maxConcurrency: 10,
        toleratedFailurePercentage: 5,
      },
    });
    expect(await runs.findMapRun(ARN)).toEqual({
      mapRunArn: 'arn:map',
      isRunning: true,
      counts: { total: 10, succeeded: 4, failed: 4, resultsWritten: 3 },
      maxConcurrency: 10,
      toleratedFailurePercentage: 5,
      items: itemCounts,
      batches: { total: 1, running: 1 },
    });
    expect(asked).toEqual([
      { ListMapRuns: { executionArn: ARN, maxResults: 1 } },
      { DescribeMapRun: { mapRunArn: 'arn:map' } },
    ]);
  });

  it('have a map run that is looked up once, when it is there', async () => {
    const arn = `${ARN}-later`;
    answer({ ListMapRuns: { mapRuns: [] } });
    expect(await runs.findMapRun(arn)).toBeUndefined();
    const { asked } = answer({ ListMapRuns: { mapRuns: [{ mapRunArn: 'arn:map' }] }, DescribeMapRun: {} });
    await runs.findMapRun(arn);
    await runs.findMapRun(arn);
    expect(asked.map((call) => Object.keys(call)[0])).toEqual([
      'ListMapRuns',
      'DescribeMapRun',
      'DescribeMapRun',
    ]);
  });
});
