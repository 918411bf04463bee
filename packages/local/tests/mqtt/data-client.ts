import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { afterEach } from '@jest/globals';
import type { AwsError, AwsService } from '../../src/aws.ts';

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** The SDK's own client, against the service behind a plain server. */
export async function clientOf(service: AwsService): Promise<IoTDataPlaneClient> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', headers } = request;
    try {
      const answer = await service({
        service: 'iotdata',
        method,
        path: url.pathname,
        query: url.searchParams,
        headers,
        body: Buffer.concat(chunks),
      });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch (error) {
      const { status, code, message } = error as AwsError;
      response.writeHead(status, { 'x-amzn-errortype': code }).end(JSON.stringify({ message }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new IoTDataPlaneClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  cleanUps.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return client;
}
