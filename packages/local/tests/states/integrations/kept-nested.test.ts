import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import {
  ACCOUNT_ID,
  functionsOf,
  machineOf,
  noObjects,
  REGION,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, expect, it } from '@jest/globals';
import type { AwsService } from '../../../src/aws.ts';
import { type Endpoint, startEndpoint } from '../../../src/endpoint/endpoint.ts';
import {
  createDiskExecutionStore,
  type DiskExecutionStore,
} from '../../../src/states/disk-execution-store.ts';
import { createStatesService, type StatesService } from '../../../src/states/states-service.ts';
import { useDataDirectory } from '../../support/data-directories.ts';
import { PREFIX } from '../states-api.ts';
import { eventually } from './eventually.ts';
import { taskOf } from './services-endpoint.ts';

let running: { endpoint: Endpoint; service: StatesService; store: DiskExecutionStore } | undefined;
// Before the data is closed.
afterEach(end);
const data = useDataDirectory();

async function end(): Promise<void> {
  await running?.service.close();
  await running?.endpoint.close();
  running?.store.close();
  running = undefined;
}

const CHILD = {
  ...machineOf({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, End: true } } }),
  name: 'child',
  arn: `${PREFIX}:stateMachine:child`,
};
const PARENT = machineOf(taskOf('states:startExecution.sync:2', { StateMachineArn: CHILD.arn }));

async function boot(clock: FakeClock): Promise<StatesService> {
  await end();
  const { database, collections } = await data.reopen();
  const store = createDiskExecutionStore({ database, forgetBeforeMs: 0 });
  const services: Record<string, AwsService> = {};
  const endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log: silentLog });
  const service = createStatesService({
    machines: [PARENT, CHILD],
    functions: functionsOf(() => null),
    endpointUrl: () => endpoint.url,
    clock,
    accountId: ACCOUNT_ID,
    region: REGION,
    log: silentLog,
    collections,
    store,
    ...noObjects(),
  });
  Object.assign(services, { states: service.handle });
  running = { endpoint, service, store };
  service.resume(store.interrupted);
  return service;
}

const childrenOf = () => [...(running?.store.list(CHILD.arn, Number.POSITIVE_INFINITY) ?? [])];

it('an execution that waits for another when the runtime ends waits for the same one after', async () => {
  const clock = new FakeClock();
  const before = await boot(clock);
  const { executionArn } = before.startExecution({ stateMachineArn: PARENT.arn });
  const typesOf = () => running?.store.get(executionArn)?.events.map(({ type }) => type) ?? [];
  await eventually(() => typesOf().find((type) => type === 'TaskSubmitted'));

  await boot(clock);
  await clock.advance(60_000);
  const ended = await eventually(() => running?.store.get(executionArn)?.end);
  expect(ended.status).toBe('SUCCEEDED');
  const [child, ...others] = childrenOf();
  expect(others).toEqual([]);
  expect(JSON.parse(ended.output ?? '')).toMatchObject({
    ExecutionArn: child?.executionArn,
    Status: 'SUCCEEDED',
    Output: {},
  });
});
