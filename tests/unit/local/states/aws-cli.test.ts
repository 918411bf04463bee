import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../local/clock.ts';
import { createStatesService, type StatesService } from '../../../../local/states/states-service.ts';
import { listen, type StatesEndpoint } from './states-endpoint.ts';
import { ACCOUNT_ID, functionsOf, INVOKE, machineOf, noObjects, REGION } from './states-under-test.ts';

const hasAwsCli = spawnSync('aws', ['--version']).status === 0;
const machine = machineOf({
  StartAt: 'Work',
  States: {
    Work: { ...INVOKE, Output: '{% $states.result.Payload %}', Next: 'Wait' },
    Wait: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', End: true },
  },
});
const express = {
  ...machineOf({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } }, 'EXPRESS'),
  name: 'express',
  arn: `${machine.arn}-express`,
};

let service: StatesService;
let endpoint: StatesEndpoint;

beforeAll(async () => {
  service = createStatesService({
    machines: [machine, express],
    functions: functionsOf((event) => event),
    clock: systemClock,
    accountId: ACCOUNT_ID,
    region: REGION,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...noObjects(),
  });
  endpoint = await listen(service.handle);
});

afterAll(async () => {
  await service.close();
  await endpoint.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape of their command
async function aws(...args: string[]): Promise<any> {
  const { stdout } = await promisify(execFile)('aws', ['stepfunctions', ...args, '--output', 'json'], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_MAX_ATTEMPTS: '1',
      AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    },
  });
  return JSON.parse(stdout);
}

(hasAwsCli ? describe : describe.skip)('the AWS CLI', () => {
  it('starts, lists, describes and stops executions', async () => {
    const { stateMachines } = await aws('list-state-machines');
    expect(stateMachines).toMatchObject([
      { name: 'machine', type: 'STANDARD' },
      { name: 'express', type: 'EXPRESS' },
    ]);
    const startArgs = ['--state-machine-arn', machine.arn, '--name', 'cli', '--input', '{"seconds":3600}'];
    const { executionArn } = await aws('start-execution', ...startArgs);
    expect((await aws('start-execution', ...startArgs)).executionArn).toBe(executionArn);
    await expect(aws('start-execution', ...startArgs.slice(0, 4))).rejects.toThrow(/ExecutionAlreadyExists/);
    const { executions } = await aws('list-executions', '--state-machine-arn', machine.arn);
    expect(executions).toMatchObject([{ executionArn, status: 'RUNNING' }]);
    await aws('stop-execution', '--execution-arn', executionArn, '--error', 'Enough', '--cause', 'Stop.');
    const described = await aws('describe-execution', '--execution-arn', executionArn);
    expect(described).toMatchObject({ status: 'ABORTED', error: 'Enough', input: '{"seconds":3600}' });
    const { events } = await aws('get-execution-history', '--execution-arn', executionArn);
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'WaitStateEntered',
      'ExecutionAborted',
    ]);
  });

  it('tests a state and runs an Express machine to its end, without a host of their own', async () => {
    const state = JSON.stringify({
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      Output: '{% $states.input.n + 1 %}',
      End: true,
    });
    const tested = await aws('test-state', '--definition', state, '--input', '{"n":1}');
    expect(tested).toMatchObject({ status: 'SUCCEEDED', output: '2' });
    const syncArgs = ['--state-machine-arn', express.arn, '--input', '{"n":1}'];
    expect(await aws('start-sync-execution', ...syncArgs)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"n":1}',
    });
  });
});
