import { InvokeCommand, LambdaClient, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { EventQueues } from '../../src/lambda/event-queues.ts';
import { closedDoor } from './closed-door.ts';
import { type Deployment, deploy, region } from './deployment.ts';

const code = `
  exports.waits = ({ door, requestContext }) => new Promise((resolve) => {
    if (requestContext !== undefined) return resolve(console.log('told', requestContext.condition));
    if (door === undefined) return resolve();
    require('node:net').connect(door, '127.0.0.1').resume().on('end', () => resolve());
  });
  exports.other = async () => console.log('done');
  exports.fails = async () => { throw new Error('no'); };
`;

const linesOf = ({ lines }: Deployment, text: string) => lines.filter((line) => line.includes(text)).length;

const silent = { info() {}, warn() {}, error() {} };
const refused = { code: 'TooManyRequestsException', status: 429 };

describe("a function's queue of asynchronous invocations", () => {
  let functions: Deployment;
  let endpoint: Endpoint | undefined;

  afterEach(async () => {
    await endpoint?.close();
    endpoint = undefined;
    await functions.remove();
  });

  it('refuses what is beyond its limit, while those of other functions take theirs', async () => {
    const door = await closedDoor();
    const event = JSON.stringify({ door: door.port });
    functions = await deploy(
      { 'index.js': code },
      { waits: { timeoutMs: 20_000 }, other: {} },
      { maxEnvironments: 1, asyncQueueLimits: { events: 2 } },
    );
    const first = functions.invokeAsync('waits', event);
    await door.arrived(1);
    await Promise.all([first, functions.invokeAsync('waits', '{}')]);

    await expect(functions.invokeAsync('waits', event)).rejects.toMatchObject(refused);
    await expect(functions.invokeAsync('other', '{}')).resolves.toBeUndefined();
  });

  it('takes events again once others are done with', async () => {
    functions = await deploy({ 'index.js': code }, { other: {} }, { asyncQueueLimits: { events: 1 } });
    await functions.invokeAsync('other', '{}');
    await expect(functions.invokeAsync('other', '{}')).rejects.toMatchObject(refused);

    await functions.idle();
    await functions.invokeAsync('other', '{}');
    await functions.idle();

    expect(linesOf(functions, 'done')).toBe(2);
  });

  it('answers as AWS does, with the reason and when to try again', async () => {
    functions = await deploy({ 'index.js': code }, { other: {} }, { asyncQueueLimits: { events: 1 } });
    endpoint = await startEndpoint({
      host: '127.0.0.1',
      port: 0,
      services: { lambda: functions.handle },
      log: silent,
    });
    const client = new LambdaClient({
      endpoint: endpoint.url,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    const invocation = new InvokeCommand({ FunctionName: 'other', InvocationType: 'Event' });
    const answers = await Promise.allSettled([client.send(invocation), client.send(invocation)]);
    client.destroy();

    const [error] = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(error).toBeInstanceOf(TooManyRequestsException);
    expect(error).toMatchObject({
      message: 'Rate Exceeded. (FunctionInvocationRateLimitExceeded)',
      Reason: 'FunctionInvocationRateLimitExceeded',
      Type: 'User',
      retryAfterSeconds: '1',
      $metadata: { httpStatusCode: 429 },
    });
  });
});

describe('the limits of a queue', () => {
  const large = { functionName: 'one', payload: 'x'.repeat(60) };

  it('are of payloads too, and an empty queue takes any', () => {
    const queues = new EventQueues({ events: 10, bytes: 50 });
    expect(queues.refusal(large)).toBeUndefined();
    queues.add(large);
    expect(queues.refusal({ functionName: 'one', payload: '{}' })).toMatchObject(refused);
    expect(queues.refusal({ functionName: 'two', payload: '{}' })).toBeUndefined();

    queues.remove(large);
    expect(queues.refusal({ functionName: 'one', payload: '{}' })).toBeUndefined();
    expect(queues.events).toBe(0);
  });

  it.each([
    ['a payload', { payload: 'é'.repeat(24) }],
    ['a client context', { payload: '{}', clientContext: 'é'.repeat(23) }],
  ])('count the bytes of %s', (_name, event) => {
    const queues = new EventQueues({ events: 10, bytes: 50 });
    queues.add({ functionName: 'one', ...event });
    expect(queues.refusal({ functionName: 'one', payload: '{}' })).toBeUndefined();
    expect(queues.refusal({ functionName: 'one', payload: '{ }' })).toMatchObject(refused);
  });
});
