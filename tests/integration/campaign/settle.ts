import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { devicectl } from '@device-lifecycle/test-kit/laptop/devicectl.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import type { Operators } from './operators.ts';
import type { World } from './world.ts';

const SETTLED_WITHIN_MS = 40_000;
/** Past the schedule of the reconciler, the leases on credentials, and what a purge waits for. */
const STEP_SECONDS = 61;

async function countLetters({ stack }: World): Promise<number> {
  const sqs = new SQSClient(stack.clientConfig);
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: stack.queues.deadLetters, AttributeNames: ['All'] }),
  );
  sqs.destroy();
  return (
    Number(Attributes['ApproximateNumberOfMessages']) +
    Number(Attributes['ApproximateNumberOfMessagesNotVisible'])
  );
}

/** Sends all dead letters again, as the runbook says. */
async function redrive(world: World): Promise<void> {
  const { exitCode, printed } = await devicectl(world.stack, ['dead-letters', 'redrive', '--all']);
  if (exitCode !== 0) throw new Error(`The redrive ended with ${exitCode}: ${printed}`);
}

/** Ids of what is still to be done to certificates, things and executions. */
async function pendingOf(world: World, operators: Operators): Promise<readonly string[]> {
  const reader = createTableReader(world.stack);
  const { devices, invalidDevices, purges } = await reader.read();
  reader.close();
  const records = [...devices, ...invalidDevices, ...purges].filter(
    (record) => record['pendingSince'] !== undefined,
  );
  const running = (await operators.ends()).filter(({ status }) => status === 'RUNNING');
  return [...records.map(({ id }) => id), ...running.map(({ name }) => name)];
}

/**
 * Lets time pass, and sends dead letters again, until nothing is left to be done.
 * @returns how many letters there were
 */
export async function settle(world: World, operators: Operators): Promise<number> {
  let letters = 0;
  await eventually(async () => {
    const count = await countLetters(world);
    letters += count;
    if (count > 0) await redrive(world);
    const pending = await pendingOf(world, operators);
    if (pending.length > 0) await advanceClock(world.stack, STEP_SECONDS);
    const left = await countLetters(world);
    if (pending.length + left > 0)
      throw new Error(`Still pending: ${pending.join(', ')}; ${left} dead letters`);
  }, SETTLED_WITHIN_MS);
  return letters;
}
