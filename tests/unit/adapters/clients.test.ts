import { once } from 'node:events';
import { createServer } from 'node:http';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDynamoDbClient } from '../../../shared/adapters/clients.ts';

describe('the DynamoDB client of the functions', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  it('gives up a connection that hangs, and asks again while there is time', async () => {
    let calls = 0;
    const server = createServer((_, response) => {
      calls += 1;
      if (calls > 1) response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    });
    const client = createDynamoDbClient();
    stops.push(() => {
      client.destroy();
      server.closeAllConnections();
      server.close();
    });
    const startedAt = Date.now();
    await client.send(new GetItemCommand({ TableName: 'devices', Key: { id: { S: 'sensor-1' } } }));
    expect(calls).toBe(2);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });
});
