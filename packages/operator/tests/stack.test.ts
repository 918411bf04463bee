import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findStack } from '../src/stack.ts';
import { createValues } from '../src/values.ts';

const find = (values: Readonly<Record<string, unknown>>) => findStack(createValues(values));

let directory: string;
let file: string;

const local = {
  region: 'eu-west-1',
  awsEndpointUrl: 'http://127.0.0.1:4566',
  queues: { deadLetters: 'http://127.0.0.1:4566/000000000000/device-lifecycle-feature-x-dead-letters' },
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stack-'));
  file = join(directory, 'stack.json');
  await writeFile(file, JSON.stringify(local));
});

afterAll(() => rm(directory, { recursive: true }));

describe('the stack', () => {
  it('on AWS is named by its stage, and reached as the profile says', async () => {
    expect(await find({})).toMatchObject({
      name: 'device-lifecycle-dev',
      deadLettersQueueName: 'device-lifecycle-dev-dead-letters',
      discardedLogGroupName: '/device-lifecycle-dev/discarded-dead-letters',
      clientConfig: { maxAttempts: 5 },
    });
    const { name, clientConfig } = await find({ stage: 'prod', region: 'eu-north-1', profile: 'ops' });
    expect(name).toBe('device-lifecycle-prod');
    expect(clientConfig).toEqual({ maxAttempts: 5, region: 'eu-north-1', profile: 'ops' });
  });

  it('on this machine is what the stack file says, with credentials that are none', async () => {
    const { name, clientConfig } = await find({ local: true, 'stack-file': file });
    expect(name).toBe('device-lifecycle-feature-x');
    expect(clientConfig).toEqual({
      maxAttempts: 5,
      region: 'eu-west-1',
      endpoint: 'http://127.0.0.1:4566',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });

  it('on this machine says what devices need, where the stack file does', async () => {
    expect(await find({ local: true, 'stack-file': file })).not.toHaveProperty('laptop');
    const whole = join(directory, 'whole.json');
    const mqtt = { host: 'localhost', port: 8883, caFile: '.local/ca.pem' };
    await writeFile(whole, JSON.stringify({ ...local, mqtt, policies: { device: 'a-policy' } }));
    const { laptop } = await find({ local: true, 'stack-file': whole });
    expect(laptop).toEqual({ mqtt, devicePolicyName: 'a-policy' });
  });

  it('asks who the operator is once, and again where that failed', async () => {
    const answers = [
      [403, '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>over</Message></Error></ErrorResponse>'],
      [
        200,
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/ann</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      ],
    ] as const;
    let calls = 0;
    const sts = createServer((_, response) => {
      const [status, body] = answers[calls++] ?? [500, ''];
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(sts, 'listening');
    const { port } = sts.address() as AddressInfo;
    const near = join(directory, 'near.json');
    await writeFile(near, JSON.stringify({ ...local, awsEndpointUrl: `http://127.0.0.1:${port}` }));
    const stack = await find({ local: true, 'stack-file': near });
    try {
      await expect(stack.stateMachineArn('hold-device')).rejects.toThrow('over');
      await expect(stack.identity()).resolves.toMatchObject({ arn: 'arn:aws:iam::1:user/ann' });
      await stack.identity();
      expect(calls).toBe(2);
    } finally {
      sts.close();
    }
  });

  it.each([
    ['a stage that cannot be one', { stage: 'a b' }, 2],
    ['a stage on this machine', { local: true, stage: 'prod' }, 2],
    ['a stack file without --local', { 'stack-file': 'x' }, 2],
    ['a stack file that is not there', { local: true, 'stack-file': '/nowhere/stack.json' }, 1],
  ])('is not found for %s', async (_, values, exitCode) => {
    await expect(find(values)).rejects.toMatchObject({ exitCode });
  });

  it('is not found in a file that says something else', async () => {
    const other = join(directory, 'other.json');
    for (const content of [
      '{}',
      'null',
      '[]',
      '{"region":1}',
      JSON.stringify({ ...local, queues: {} }),
      'x',
    ]) {
      await writeFile(other, content);
      await expect(find({ local: true, 'stack-file': other })).rejects.toThrow('"npm start"');
    }
  });
});
