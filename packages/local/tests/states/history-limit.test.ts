import { StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { expect, it } from '@jest/globals';

const LOOP = {
  StartAt: 'Again',
  States: {
    Again: { Type: 'Choice', Choices: [{ Condition: false, Next: 'Done' }], Default: 'Again' },
    Done: { Type: 'Succeed' },
  },
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (Maximum execution history size) */
it('an execution fails at 25,000 events', async () => {
  const states = new StatesUnderTest(LOOP);
  const executionArn = states.start();
  let status = 'RUNNING';
  while (status === 'RUNNING') {
    await new Promise(setImmediate);
    ({ status } = await states.call('DescribeExecution', { executionArn }));
  }
  const { error } = await states.call('DescribeExecution', { executionArn });
  const { events } = await states.call('GetExecutionHistory', {
    executionArn,
    reverseOrder: true,
    maxResults: 2,
  });
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Runtime' });
  expect(events).toMatchObject([
    { id: 25_000, type: 'ExecutionFailed' },
    { id: 24_999, type: 'ChoiceStateExited' },
  ]);
  await states.service.close();
});
