import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const SMALL = 'size=10m';
const LARGE = 'size=64m';
const TEXT = 'x'.repeat(60_000);
const HOUR_SECONDS = 3_600;

/** A disk of its own in memory. @throws Error where this process may not mount one */
function mountDisk(): string {
  const directory = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', SMALL, 'none', directory], { stdio: 'ignore' });
    return directory;
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw error;
  }
}

function removeDisk(directory: string): void {
  // Lazily: it is busy while a runtime runs that could not be waited for.
  execFileSync('umount', ['-l', directory]);
  rmSync(directory, { recursive: true });
}

function mayMount(): boolean {
  try {
    removeDisk(mountDisk());
    return true;
  } catch {
    return false;
  }
}

/** What was acknowledged before the disk was full. */
interface Kept {
  readonly deviceIds: string[];
  messages: number;
  readonly executionArns: string[];
}

/** Writes to tables, queue and executions in turn until each has been refused. */
async function fill(stack: RunningStack): Promise<Kept> {
  const config = { ...stack.clientConfig, maxAttempts: 1 };
  const [dynamodb, sqs, sfn] = [new DynamoDBClient(config), new SQSClient(config), new SFNClient(config)];
  const kept: Kept = { deviceIds: [], messages: 0, executionArns: [] };
  const notBefore = Math.floor(Date.now() / 1_000) + HOUR_SECONDS;
  const input = JSON.stringify({ deviceId: 'd', reason: 'x', requestedBy: 'x', notBefore });
  const stateMachineArn = stack.stateMachines.decommissionDevice;
  const writes = [
    async () => {
      const id = `device-${kept.deviceIds.length}`;
      const Item = { id: { S: id }, text: { S: TEXT } };
      await dynamodb.send(new PutItemCommand({ TableName: stack.tables.devices, Item }));
      kept.deviceIds.push(id);
    },
    async () => {
      await sqs.send(new SendMessageCommand({ QueueUrl: stack.queues.deadLetters, MessageBody: TEXT }));
      kept.messages += 1;
    },
    async () => {
      const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
      kept.executionArns.push(executionArn);
    },
  ];
  for (const write of writes) await write();
  let refused = 0;
  while (refused < writes.length) {
    const answers = await Promise.allSettled(writes.map((write) => write()));
    refused = answers.filter(({ status }) => status === 'rejected').length;
  }
  for (const client of [dynamodb, sqs, sfn]) client.destroy();
  return kept;
}

/** Without the right to mount a disk there is none to fill. */
(mayMount() ? describe : describe.skip)('a runtime whose disk is full', () => {
  let disk: string;
  let data: readonly string[];
  let stack: RunningStack | undefined;
  let kept: Kept;

  beforeAll(async () => {
    disk = mountDisk();
    data = ['--data', join(disk, 'data')];
    stack = await startStack(data);
    kept = await fill(stack);
  }, 60_000);

  afterAll(async () => {
    await stack?.stop();
    removeDisk(disk);
  });

  it('says so, with what to do, and ends by itself as a failure', async () => {
    await eventually(async () =>
      expect(stack?.output()).toMatch(/^error: .*make room.*, and start again\./m),
    );
    expect(await stack?.stop()).toBe(1);
    expect(stack?.output()).not.toContain('Uncaught');
  });

  it('has all that it had acknowledged once there is room', async () => {
    execFileSync('mount', ['-o', `remount,${LARGE}`, disk]);
    stack = await startStack(data);

    const reader = createTableReader(stack);
    const { devices } = await reader.read();
    reader.close();
    expect(devices.map(({ id }) => id)).toEqual(expect.arrayContaining(kept.deviceIds));
    const sqs = new SQSClient(stack.clientConfig);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: stack.queues.deadLetters, AttributeNames: ['All'] }),
    );
    sqs.destroy();
    expect(Number(Attributes?.['ApproximateNumberOfMessages'])).toBeGreaterThanOrEqual(kept.messages);
    const sfn = new SFNClient(stack.clientConfig);
    for (const executionArn of kept.executionArns) {
      await expect(sfn.send(new DescribeExecutionCommand({ executionArn }))).resolves.toMatchObject({
        executionArn,
      });
    }
    sfn.destroy();
  }, 60_000);
});
