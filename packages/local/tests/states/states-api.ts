import { SFNClient, StartExecutionCommand, type StartExecutionOutput } from '@aws-sdk/client-sfn';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import {
  ACCOUNT_ID,
  functionsOf,
  machineOf,
  noObjects,
  REGION,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, beforeEach } from '@jest/globals';
import { createStatesService, type StatesService } from '../../src/states/states-service.ts';
import { listen } from './states-endpoint.ts';

export const PREFIX = `arn:aws:states:${REGION}:${ACCOUNT_ID}`;
export const MACHINE_ARN = `${PREFIX}:stateMachine:machine`;
export const EXPRESS_ARN = `${PREFIX}:stateMachine:express`;

export const MACHINE = machineOf({
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: '{% $states.input.seconds ? $states.input.seconds : 0 %}', Next: 'Check' },
    Check: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.fail = true %}', Next: 'Fail' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed', Output: { was: '{% $states.input %}' } },
    Fail: { Type: 'Fail', Error: 'Asked', Cause: 'It was asked for.' },
  },
});
const EXPRESS = {
  ...machineOf(
    {
      StartAt: 'Double',
      States: { Double: { Type: 'Pass', Output: '{% $states.input.n * 2 %}', End: true } },
    },
    'EXPRESS',
  ),
  name: 'express',
  arn: EXPRESS_ARN,
};

/** The service behind an HTTP server, and a client of the SDK for it. */
export interface StatesApi {
  clock: FakeClock;
  service: StatesService;
  client: SFNClient;
  start(name?: string, input?: unknown, stateMachineArn?: string): Promise<StartExecutionOutput>;
}

/** Makes a new one before each test of the file, and takes it down after. */
export function statesApi(): StatesApi {
  const api = {} as StatesApi;
  let close: () => Promise<void>;

  beforeEach(async () => {
    api.clock = new FakeClock();
    api.service = createStatesService({
      machines: [MACHINE, EXPRESS],
      functions: functionsOf((event) => event),
      clock: api.clock,
      accountId: ACCOUNT_ID,
      region: REGION,
      log: silentLog,
      ...noObjects(),
    });
    const endpoint = await listen(api.service.handle);
    api.client = clientOf(endpoint.url);
    api.start = (name, input = {}, stateMachineArn = MACHINE_ARN) =>
      api.client.send(
        new StartExecutionCommand({
          stateMachineArn,
          input: JSON.stringify(input),
          ...(name === undefined ? {} : { name }),
        }),
      );
    close = async () => {
      api.client.destroy();
      await api.service.close();
      await endpoint.close();
    };
  });

  afterEach(() => close());

  return api;
}

/** A client of the SDK for an endpoint. */
export function clientOf(endpoint: string): SFNClient {
  return new SFNClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    // Synchronous executions have an endpoint of their own, which is the same one here.
    disableHostPrefix: true,
  });
}
