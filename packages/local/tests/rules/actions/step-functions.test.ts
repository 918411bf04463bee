import { REGION, StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startRule } from './start-rule.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of closing.splice(0)) await end();
});

// https://docs.aws.amazon.com/iot/latest/developerguide/stepfunctions-rule-action.html
describe('the action stepFunctions', () => {
  function start(parameters: Record<string, string> = {}) {
    const states = new StatesUnderTest({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
    closing.push(() => states.service.close());
    const action = { stepFunctions: { stateMachineName: 'machine', ...parameters } };
    const executions = async () =>
      (await states.call('ListExecutions', { stateMachineArn: states.arn })).executions;
    return { states, executions, ...startRule(action, { states: states.service, region: REGION }) };
  }

  it('starts an execution, whose name is the prefix and a UUID, with the payload as its input', async () => {
    const { publish, executions, states } = start({ executionNamePrefix: 'order_${topic(2)}_' });

    await publish({ n: 1 });

    const [execution] = await executions();
    expect(execution.name).toMatch(/^order_7_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const { executionArn } = execution;
    expect((await states.call('DescribeExecution', { executionArn })).input).toBe('{"n":1}');
  });

  it('starts an execution of each message, also of the same one (the name is another)', async () => {
    const { publish, executions } = start();

    await publish({ n: 1 });
    await publish({ n: 1 });

    expect(await executions()).toHaveLength(2);
  });

  it.each([
    ['a machine that is not there', { stateMachineName: 'nobody' }, { n: 1 }, 'StateMachineDoesNotExist'],
    ['a binary payload', {}, Buffer.from([0xff]), 'no JSON'],
    ['a name that is too long', { executionNamePrefix: 'p'.repeat(60) }, {}, 'InvalidName'],
  ])('fails for %s, at once', async (_, parameters, payload, message) => {
    const { publish, failures, waitsMs } = start(parameters as Record<string, string>);

    await publish(payload);

    expect(failures).toMatchObject([{ failedAction: 'StepFunctionsAction' }]);
    expect(failures[0]?.errorMessage).toContain(message);
    expect(waitsMs).toEqual([]);
  });
});
