import { callStates } from '@device-lifecycle/test-kit/call-states.ts';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { ACCOUNT_ID, functionsOf, noObjects, REGION } from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDiskExecutionStore, type DiskExecutionStore } from '../../src/states/disk-execution-store.ts';
import { createStatesService, type StatesService } from '../../src/states/states-service.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { MACHINE, MACHINE_ARN, PREFIX } from './states-api.ts';

const ARN = `${PREFIX}:stateMachine:made`;
const roleArn = `arn:aws:iam::${ACCOUNT_ID}:role/made`;
const definitionOf = (seconds: number) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: seconds, Next: 'Done' },
      Done: { Type: 'Succeed', Output: seconds },
    },
  });

let running: { service: StatesService; store: DiskExecutionStore } | undefined;
// Before the data is closed.
afterEach(end);
const data = useDataDirectory();

async function end(): Promise<void> {
  await running?.service.close();
  running?.store.close();
  running = undefined;
}

/** Step Functions of a runtime that starts now, after the one before has ended, with a stack that has `machines`. */
async function boot(
  clock: FakeClock,
  machines: readonly (typeof MACHINE)[] = [],
  error: (message: string) => void = () => undefined,
) {
  await end();
  const { database, collections } = await data.reopen();
  const store = createDiskExecutionStore(database);
  const service = createStatesService({
    functions: functionsOf(() => null),
    clock,
    accountId: ACCOUNT_ID,
    region: REGION,
    log: { ...silentLog, error },
    collections,
    store,
    ...noObjects(),
  });
  running = { service, store };
  for (const machine of machines) await service.machines.put(machine);
  service.resume(store.interrupted);
  await clock.advance(0);
  return (operation: string, members: object = {}) => callStates(service, operation, members);
}

describe('a state machine that a call has made', () => {
  const made = { name: 'made', definition: definitionOf(60), roleArn };

  it('is there after a restart, with its revision', async () => {
    const clock = new FakeClock();
    const earlier = await boot(clock);
    const stateMachineArn = ARN;
    await earlier('CreateStateMachine', made);
    await earlier('UpdateStateMachine', { stateMachineArn, definition: definitionOf(1) });
    const described = await earlier('DescribeStateMachine', { stateMachineArn });

    const later = await boot(clock);
    expect(await later('DescribeStateMachine', { stateMachineArn })).toEqual(described);
    const { executionArn } = await later('StartExecution', { stateMachineArn });
    await clock.advance(60_000);
    expect(await later('DescribeExecution', { executionArn })).toMatchObject({ output: '1' });
  });

  it('is deleted after a restart too, once its executions have ended', async () => {
    const clock = new FakeClock();
    const earlier = await boot(clock);
    await earlier('CreateStateMachine', made);
    const { executionArn } = await earlier('StartExecution', { stateMachineArn: ARN });
    await clock.advance(0);
    await earlier('DeleteStateMachine', { stateMachineArn: ARN });

    const later = await boot(clock);
    expect((await later('DescribeStateMachine', { stateMachineArn: ARN })).status).toBe('DELETING');
    await clock.advance(60_000);
    expect((await later('DescribeExecution', { executionArn })).status).toBe('ABORTED');
    expect((await later('ListStateMachines')).stateMachines).toEqual([]);
    expect((await (await boot(clock))('ListStateMachines')).stateMachines).toEqual([]);
  });
});

it('a kept state machine that can’t be run any longer keeps nobody else from running', async () => {
  const clock = new FakeClock();
  const earlier = await boot(clock);
  await earlier('CreateStateMachine', { name: 'made', definition: definitionOf(1), roleArn });
  const { collections } = await data.reopen();
  const records = collections.open<object>('state-machines');
  records.set(ARN, { ...records.get(ARN), definition: '{"StartAt":"A","States":{"A":{"Type":"Old"}}}' });
  await collections.committed();

  const errors: string[] = [];
  const later = await boot(clock, [MACHINE], (message) => errors.push(message));
  expect((await later('ListStateMachines')).stateMachines).toMatchObject([{ name: 'machine' }]);
  expect(errors).toEqual([expect.stringMatching(/^State machine 'made' can't be run: /)]);
  await later('CreateStateMachine', { name: 'made', definition: definitionOf(1), roleArn });
  expect((await later('ListStateMachines')).stateMachines).toHaveLength(2);
});

describe('a state machine of a stack', () => {
  it('is there as long as the stack has it, and is the one that it was when it comes back', async () => {
    const clock = new FakeClock();
    await boot(clock, [MACHINE]);
    await clock.advance(1_000);

    expect((await (await boot(clock))('ListStateMachines')).stateMachines).toEqual([]);

    const back = await boot(clock, [MACHINE]);
    const { stateMachines } = await back('ListStateMachines');
    expect(stateMachines).toMatchObject([{ name: 'machine', creationDate: 1_767_225_600 }]);
  });
});

it('what calls have changed of a stack’s machine stays until the stack has it otherwise', async () => {
  const clock = new FakeClock();
  const stateMachineArn = MACHINE_ARN;
  const definitionIn = async (call: Awaited<ReturnType<typeof boot>>) =>
    JSON.parse((await call('DescribeStateMachine', { stateMachineArn })).definition);
  const earlier = await boot(clock, [MACHINE]);
  await earlier('UpdateStateMachine', { stateMachineArn, definition: definitionOf(1) });

  expect(await definitionIn(await boot(clock, [MACHINE]))).toEqual(JSON.parse(definitionOf(1)));
  const other = { ...MACHINE, definition: JSON.parse(definitionOf(2)) };
  expect(await definitionIn(await boot(clock, [other]))).toEqual(other.definition);
});
