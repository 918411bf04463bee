import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AwsRequest } from '../../src/aws.ts';
import type { QueueDefinition } from '../../src/queues/queue-keeper.ts';
import { createQueues, type Queues } from '../../src/queues/queues.ts';

const ACCOUNT_ID = '000000000000';
const WORK: QueueDefinition = { queueName: 'work', properties: { VisibilityTimeout: 30 } };

let root: string;
let started: Queues[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kept-queues-'));
  started = [];
});

afterEach(async () => {
  for (const queues of started) await queues.close();
  rmSync(root, { recursive: true });
});

/** The queues of a runtime that starts now, where the ones before were killed as they are. */
async function start(...queues: QueueDefinition[]): Promise<Queues> {
  const queuesDirectory = join(root, String(started.length));
  if (started.length > 0) {
    cpSync(join(root, String(started.length - 1)), queuesDirectory, { recursive: true });
  }
  const endpointUrl = () => `http://127.0.0.1:${4566 + started.length}`;
  const options = { accountId: ACCOUNT_ID, region: 'us-east-1', endpointUrl, queuesDirectory };
  const running = await createQueues(options);
  started.push(running);
  for (const queue of queues) await running.keeper.put(queue);
  return running;
}

async function call(queues: Queues, action: string, input: object) {
  const request: AwsRequest = {
    service: 'sqs',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
    body: Buffer.from(JSON.stringify({ QueueUrl: queues.queueUrl('work'), ...input })),
  };
  const { status, body } = await queues.sqs(request);
  expect([status, body.toString()]).toEqual([200, expect.anything()]);
  return JSON.parse(body.toString() || '{}');
}

async function receive(queues: Queues): Promise<{ Body: string; ReceiptHandle: string }[]> {
  const input = { MaxNumberOfMessages: 10, AttributeNames: ['All'] };
  return (await call(queues, 'ReceiveMessage', input)).Messages ?? [];
}

describe('queues that are kept', () => {
  it('have their messages after a restart: neither those that were deleted, nor yet those that are in flight', async () => {
    const before = await start(WORK);
    for (const body of ['deleted', 'in flight']) await before.sendMessage(before.queueUrl('work'), body);
    const [deleted] = await receive(before);
    await call(before, 'DeleteMessage', { ReceiptHandle: deleted?.ReceiptHandle });
    await before.sendMessage(before.queueUrl('work'), 'waiting', { attributes: { reason: 'none' } });

    const after = await start(WORK);
    expect(await receive(after)).toMatchObject([{ Body: 'waiting' }]);
  });

  it('make a message visible again when they are asked to', async () => {
    const before = await start(WORK);
    await before.sendMessage(before.queueUrl('work'), 'again');
    const [{ ReceiptHandle = '' } = {}] = await receive(before);
    await call(before, 'ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 0 });

    expect(await receive(await start(WORK))).toMatchObject([
      { Body: 'again', Attributes: { ApproximateReceiveCount: '2' } },
    ]);
  });

  it('get what the template says now, and are joined by new ones', async () => {
    const before = await start(WORK);
    await before.sendMessage(before.queueUrl('work'), 'kept');

    const after = await start(
      { queueName: 'work', properties: { VisibilityTimeout: 45, MessageRetentionPeriod: 60 } },
      { queueName: 'more.fifo', properties: { FifoQueue: true } },
    );
    const { Attributes } = await call(after, 'GetQueueAttributes', { AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({
      VisibilityTimeout: '45',
      MessageRetentionPeriod: '60',
      ApproximateNumberOfMessages: '1',
    });
    const { QueueUrls } = await call(after, 'ListQueues', {});
    expect(QueueUrls).toEqual([after.queueUrl('more.fifo'), after.queueUrl('work')]);
  });
});
