import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../../../local/endpoint/endpoint.ts';
import { createForwarder, type Forwarder } from '../../../../local/endpoint/forwarder.ts';

const silent = { info() {}, warn() {}, error() {} };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function startEngine(port: number): Promise<ChildProcess> {
  const path = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
  const engine = spawn(path.replace('package.json', 'dynoxide'), ['--port', String(port)], {
    stdio: 'ignore',
  });
  for (let tries = 0; tries < 200; tries += 1) {
    const isUp = await fetch(`http://127.0.0.1:${port}`).then(
      () => true,
      () => false,
    );
    if (isUp) return engine;
    await delay(25);
  }
  engine.kill('SIGKILL');
  throw new Error('the engine did not start');
}

describe('the forwarder', () => {
  let engine: ChildProcess;
  let forwarder: Forwarder;
  let endpoint: Endpoint;
  let client: DynamoDBClient;

  beforeAll(async () => {
    const port = await freePort();
    engine = await startEngine(port);
    forwarder = createForwarder({ url: `http://127.0.0.1:${port}` });
    const services = { dynamodb: forwarder.handle };
    endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log: silent });
    client = new DynamoDBClient({
      endpoint: endpoint.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });

  afterAll(async () => {
    client.destroy();
    await endpoint.close();
    forwarder.close();
    engine.kill('SIGKILL');
  });

  it('passes calls and answers through', async () => {
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  it("passes the engine's errors through", async () => {
    const call = client.send(new ListTablesCommand({ ExclusiveStartTableName: '!' }));
    await expect(call).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('says so when the engine has ended', async () => {
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: expect.stringContaining('start the runtime again'),
      $metadata: { httpStatusCode: 503 },
    });
  });
});
