import { type AwsCli, hasAwsCli, openAwsCli } from '@device-lifecycle/test-kit/aws-cli.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import {
  ACCOUNT_ID,
  functionsOf,
  machineOf,
  noObjects,
  REGION,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { createStatesService, type StatesService } from '../../src/states/states-service.ts';
import { listen, type StatesEndpoint } from './states-endpoint.ts';

const machine = machineOf({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', End: true } },
});
const express = {
  ...machineOf({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } }, 'EXPRESS'),
  name: 'express',
  arn: `${machine.arn}-express`,
};

let service: StatesService;
let endpoint: StatesEndpoint;
let aws: AwsCli;

beforeAll(async () => {
  service = createStatesService({
    machines: [machine, express],
    functions: functionsOf((event) => event),
    clock: systemClock,
    accountId: ACCOUNT_ID,
    region: REGION,
    log: silentLog,
    ...noObjects(),
  });
  endpoint = await listen(service.handle);
  aws = await openAwsCli({ awsEndpointUrl: endpoint.url, region: REGION });
});

afterAll(async () => {
  await aws.close();
  await service.close();
  await endpoint.close();
});

/** A command takes a second, and what it does the SDK does in other tests: one for each kind of answer. */
((await hasAwsCli()) ? describe : describe.skip)('the AWS CLI', () => {
  it('understands dates, errors and histories', async () => {
    const startArgs = ['--state-machine-arn', machine.arn, '--name', 'cli', '--input'];
    const start = (input: string) => ['stepfunctions', 'start-execution', ...startArgs, input];
    const { executionArn, startDate } = await aws.run<{ executionArn: string; startDate: string | number }>(
      ...start('{"seconds":3600}'),
    );
    // Version 1 prints seconds, version 2 as ISO 8601 has it.
    const startedMs = typeof startDate === 'number' ? startDate * 1_000 : Date.parse(startDate);
    expect(Math.abs(startedMs - Date.now())).toBeLessThan(60_000);
    const [error, { events }] = await Promise.all([
      aws.errorOf(...start('{}')),
      aws.run<{ events: readonly { type: string }[] }>(
        ...['stepfunctions', 'get-execution-history', '--execution-arn', executionArn],
      ),
    ]);
    expect(error).toBe('ExecutionAlreadyExists');
    expect(events.map(({ type }) => type)).toEqual(['ExecutionStarted', 'WaitStateEntered']);
  });

  it('runs what has a host of its own to its end', async () => {
    const syncArgs = ['--state-machine-arn', express.arn, '--input', '{"n":1}'];
    expect(await aws.run('stepfunctions', 'start-sync-execution', ...syncArgs)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"n":1}',
    });
  });
});
