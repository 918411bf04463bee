import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createDynamoDbClient } from '../../../shared/adapters/clients.ts';

describe('the DynamoDB client of the functions', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  /** A client of a server that answers so. */
  async function clientOf(answer: RequestListener) {
    const server = createServer(answer).listen(0, '127.0.0.1');
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
    return client;
  }

  it('gives up a connection that hangs, and asks again while there is time', async () => {
    let calls = 0;
    const client = await clientOf((_, response) => {
      calls += 1;
      if (calls > 1) response.end('{}');
    });
    await client.send(new GetItemCommand({ TableName: 'devices', Key: { id: { S: 'sensor-1' } } }));
    expect(calls).toBe(2);
  });

  it('sends transactions as they are, without a client token, and without a warning', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    stops.push(() => warn.mockRestore());
    const sent: unknown[] = [];
    const client = await clientOf(async (request, response) => {
      sent.push(JSON.parse(await text(request)));
      response.end('{}');
    });
    const Item = {
      id: { S: ',"ClientRequestToken":"x"' },
      ClientRequestToken: { S: 'y' },
      name: { S: 'Zähler' },
    };
    const TransactItems = [{ Put: { TableName: 'devices', Item } }];
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
    expect(sent).toEqual([{ TransactItems }]);
    expect(warn).not.toHaveBeenCalled();
  });
});
