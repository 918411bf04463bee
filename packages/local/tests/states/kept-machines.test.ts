import { callStates } from '@device-lifecycle/test-kit/call-states.ts';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { ACCOUNT_ID, functionsOf, noObjects, REGION } from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, expect, it } from '@jest/globals';
import { createDiskExecutionStore, type DiskExecutionStore } from '../../src/states/disk-execution-store.ts';
import { createStatesService, type StatesService } from '../../src/states/states-service.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { MACHINE } from './states-api.ts';

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
async function boot(clock: FakeClock, machines: readonly (typeof MACHINE)[] = []) {
  await end();
  const { database, collections } = await data.reopen();
  const store = createDiskExecutionStore(database);
  const service = createStatesService({
    functions: functionsOf(() => null),
    clock,
    accountId: ACCOUNT_ID,
    region: REGION,
    log: silentLog,
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

it('a state machine is there as long as its stack is, and is the one that it was when it comes back', async () => {
  const clock = new FakeClock();
  await boot(clock, [MACHINE]);
  await clock.advance(1_000);
  expect((await (await boot(clock))('ListStateMachines')).stateMachines).toEqual([]);

  const back = await boot(clock, [MACHINE]);
  const { stateMachines } = await back('ListStateMachines');
  expect(stateMachines).toMatchObject([{ name: 'machine', creationDate: 1_767_225_600 }]);
});
