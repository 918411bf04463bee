import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A request as an AWS SDK sent it. */
interface AwsCall {
  readonly method: string;
  readonly path: string;
  readonly target: string | undefined;
  readonly body: string;
}

interface AwsReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface AwsEndpoint {
  readonly url: string;
  /** What came since the last `take`. */
  take(): readonly AwsCall[];
  /** Replies to every call from here on. */
  reply(reply: AwsReply): void;
  stop(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** An HTTP server in the place of an AWS service: writes down what it is asked for, and says what it is told to. */
export async function startAwsEndpoint(): Promise<AwsEndpoint> {
  let calls: AwsCall[] = [];
  let current: AwsReply = { status: 200, body: {} };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.headers['x-amz-target'];
    const body = await readBody(request);
    const { method = '', url: path = '' } = request;
    calls.push({ method, path, target: typeof target === 'string' ? target : undefined, body });
    response.writeHead(current.status, { 'content-type': 'application/json', ...current.headers });
    response.end(JSON.stringify(current.body));
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    reply(reply) {
      current = reply;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
