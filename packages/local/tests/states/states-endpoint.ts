import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError, type AwsResponse, type AwsService } from '../../src/aws.ts';

/** An HTTP server that hands every call to one service and renders its errors as AWS JSON 1.0. */
export interface StatesEndpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free port of loopback. */
export async function listen(handle: AwsService): Promise<StatesEndpoint> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const { status, headers, body } = await answer(handle, {
      service: 'states',
      method: incoming.method ?? 'POST',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    });
    outgoing.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(handle: AwsService, request: Parameters<AwsService>[0]): Promise<AwsResponse> {
  try {
    return await handle(request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return {
      status: error.status,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': error.code },
      body: JSON.stringify({ __type: error.code, message: error.message }),
    };
  }
}
