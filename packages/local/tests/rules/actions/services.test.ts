import { afterEach, describe, expect, it } from '@jest/globals';
import { createQueues } from '../../../src/queues/queues.ts';
import { startRule } from './start-rule.ts';

const binary = Buffer.from([0xff, 0x00]);

afterEach(async () => {
  for (const end of closing.splice(0).reverse()) await end();
});

const closing: (() => Promise<unknown>)[] = [];

/** A queue named `orders`. */
async function startQueue() {
  const queues = await createQueues({
    accountId: '000000000000',
    region: 'us-east-1',
    endpointUrl: () => 'http://127.0.0.1:4566',
  });
  closing.push(() => queues.close());
  await queues.keeper.put({ queueName: 'orders', properties: {} });
  const receive = async () => {
    const { Messages } = await queues.call('ReceiveMessage', {
      QueueUrl: queues.queueUrl('orders'),
      MaxNumberOfMessages: 10,
    });
    return (Messages as { Body: string }[] | undefined)?.map(({ Body }) => Body);
  };
  return { queues, receive };
}

// https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html
describe('the action sqs', () => {
  async function start(useBase64: boolean, queueName = 'orders') {
    const { queues, receive } = await startQueue();
    const action = { sqs: { queueUrl: queues.queueUrl(queueName), useBase64 } };
    return { receive, ...(await startRule(action, { queues })) };
  }

  it.each([
    [false, { n: 1 }, ['{"n":1}'], []],
    [true, { n: 1 }, ['eyJuIjoxfQ=='], []],
    [true, binary, ['/wA='], []],
    [false, binary, undefined, [{ failedAction: 'SqsAction' }]],
  ])('with useBase64 %s sends %j as %j', async (useBase64, payload, bodies, failed) => {
    const { publish, receive, failures } = await start(useBase64);

    await publish(payload);

    expect(await receive()).toEqual(bodies);
    expect(failures).toMatchObject(failed);
  });

  it('fails for a queue that is not there, at once', async () => {
    const { publish, failures, waitsMs } = await start(false, 'nowhere');

    await publish({});

    expect(failures[0]?.errorMessage).toMatch(/Error Code: .*NonExistentQueue|QueueDoesNotExist/);
    expect(waitsMs).toEqual([]);
  });
});
