import { systemClock } from '@device-lifecycle/operator/clock.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { type AwsEndpoint, startAwsEndpoint } from '@device-lifecycle/test-kit/aws-endpoint.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Hono } from 'hono';
import { createClients } from '../../../src/server/clients.ts';
import { laptopRoutes } from '../../../src/server/laptop/laptop-routes.ts';
import { problemOf, statusOf } from '../../../src/server/problem.ts';

const KEY = 'recognisable-private-key';
/** Answers all that is called for a new device. */
const MADE = {
  now: '2026-01-02T03:04:05.000Z',
  offsetSeconds: 60,
  certificateId: 'c1',
  certificateArn: 'arn:aws:iot:eu-west-1:123456789012:cert/c1',
  certificatePem: 'pem',
  keyPair: { PrivateKey: KEY },
};

let aws: AwsEndpoint;
beforeAll(async () => {
  aws = await startAwsEndpoint();
});
afterAll(() => aws.stop());

function createAsk(stack: Stack) {
  const { signal } = new AbortController();
  const tools = {
    clients: createClients(stack),
    clock: systemClock,
    isReadOnly: false,
    pollMs: 1_000,
    signal,
  };
  const app = new Hono().route('/', laptopRoutes({ ...tools, stack, feed: { listen: () => undefined } }));
  app.onError((error, context) => {
    const problem = problemOf(error, stack);
    return context.json(problem, statusOf(problem));
  });
  return async (method: string, path: string, body?: object) => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await app.request(path, init);
    return { status: response.status, body: await response.text() };
  };
}

const laptopAt = (endpoint: string): Stack => ({
  ...testStack,
  clientConfig: {
    maxAttempts: 1,
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  },
  laptop: {
    mqtt: { host: 'localhost', port: 1, caFile: '/nowhere/ca.pem' },
    devicePolicyName: 'of-devices',
  },
});

describe('what there is on the laptop alone', () => {
  it('is not there on AWS', async () => {
    const ask = createAsk(testStack);
    for (const [method, path] of [
      ['GET', '/clock'],
      ['POST', '/clock'],
      ['GET', '/devices'],
      ['POST', '/devices'],
    ] as const) {
      expect((await ask(method, path)).status).toBe(404);
    }
  });

  it('tells and moves the clock, and says what the runtime refuses or that it is gone', async () => {
    const ask = createAsk(laptopAt(aws.url));
    aws.reply({ status: 200, body: MADE });
    aws.take();
    expect(JSON.parse((await ask('POST', '/clock', { advanceSeconds: 60 })).body)).toEqual({
      nowMs: Date.parse(MADE.now),
      offsetSeconds: 60,
    });
    expect(aws.take()).toMatchObject([{ path: '/_local/clock', body: '{"advanceSeconds":60}' }]);
    expect((await ask('POST', '/clock', { advanceSeconds: -60 })).status).toBe(400);
    expect(aws.take()).toEqual([]);
    aws.reply({ status: 400, body: { message: 'Not so far.' } });
    expect(JSON.parse((await ask('POST', '/clock', { advanceSeconds: 60 })).body)).toEqual({
      kind: 'invalid',
      message: 'Not so far.',
    });
    const stopped = await startAwsEndpoint();
    await stopped.stop();
    const gone = createAsk(laptopAt(stopped.url));
    expect(JSON.parse((await gone('GET', '/clock')).body)).toMatchObject({ kind: 'unreachable' });
  });

  it('makes devices whose keys are in no answer, up to a number, each once', async () => {
    const ask = createAsk(laptopAt(aws.url));
    aws.reply({ status: 200, body: MADE });
    const make = (deviceId: string) => ask('POST', '/devices', { deviceId, serialNumber: 'SN-1' });
    const [first, same] = await Promise.all([make('dev-0'), make('dev-0')]);
    expect([first?.status, same?.status]).toEqual([200, 400]);
    expect((await make('no good')).status).toBe(400);
    const others = await Promise.all(Array.from({ length: 20 }, (_, index) => make(`dev-${index + 1}`)));
    expect(others.map(({ status }) => status)).toEqual([...Array(19).fill(200), 400]);
    expect((await ask('DELETE', '/devices/dev-1')).status).toBe(200);
    expect((await make('dev-20')).status).toBe(200);
    const all = [first, ...others, await ask('GET', '/devices'), await ask('GET', '/devices/dev-0')];
    expect(all.filter((answer) => answer?.body.includes(KEY))).toEqual([]);
    expect((await ask('GET', '/devices/dev-1')).status).toBe(404);
  });

  it('tells what a device has met with, also where it is forbidden to read how it stands', async () => {
    const ask = createAsk(laptopAt(aws.url));
    aws.reply({ status: 200, body: MADE });
    await ask('POST', '/devices', { deviceId: 'dev-1', serialNumber: 'SN-1' });
    aws.reply({
      status: 403,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
      body: { __type: 'AccessDeniedException', message: 'not you' },
    });
    expect(JSON.parse((await ask('GET', '/devices/dev-1')).body)).toMatchObject({
      connection: 'disconnected',
      entries: [{ kind: 'made' }],
      problem: { kind: 'forbidden' },
    });
    const refused = await ask('POST', '/devices/dev-1/connection');
    expect(JSON.parse(refused.body).message).toContain('/nowhere/ca.pem');
    expect(JSON.parse((await ask('GET', '/devices')).body).devices).toMatchObject([
      { connection: 'disconnected' },
    ]);
  });
});
