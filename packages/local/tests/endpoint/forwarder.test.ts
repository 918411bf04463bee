import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { createForwarder, type Forwarder } from '../../src/endpoint/forwarder.ts';
import { type Engine, startDynoxide } from '../../src/engine/dynoxide.ts';

const silent = { info() {}, warn() {}, error() {} };

describe('the forwarder', () => {
  let engine: Engine;
  let forwarder: Forwarder;
  let endpoint: Endpoint;
  let client: DynamoDBClient;

  beforeAll(async () => {
    engine = await startDynoxide({ log: silent });
    forwarder = createForwarder({ url: engine.url });
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
    await engine.close();
  });

  it('passes calls and answers through', async () => {
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  it("passes the engine's errors through", async () => {
    const call = client.send(new ListTablesCommand({ ExclusiveStartTableName: '!' }));
    await expect(call).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('says so when the engine has ended', async () => {
    await engine.close();
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: expect.stringContaining('does not answer'),
      $metadata: { httpStatusCode: 503 },
    });
  });
});
