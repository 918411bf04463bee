import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface Call {
  /** Of DynamoDB: `TransactWriteItems`. */
  readonly operation: string;
  readonly authorization: string;
}

type Members = Readonly<Record<string, unknown>>;

/** What becomes of calls on their way to the engine. */
interface Changes {
  /** Whether it is one to be changed; the others pass as they are. */
  changes(call: Call): boolean;
  change(operation: string, input: Members): Members;
  /** Hears of the answer to a call that was changed, where it has no error. */
  answered?(operation: string, output: Members): void;
}

export interface EngineProxy {
  readonly url: string;
  stop(): Promise<void>;
}

function callOf({ headers }: IncomingMessage): Call {
  const [, operation = ''] = /^DynamoDB_\d+\.(\w+)$/.exec(String(headers['x-amz-target'])) ?? [];
  return { operation, authorization: String(headers.authorization) };
}

/** Stands between clients and a DynamoDB engine, on a free port. */
export async function startEngineProxy(engineUrl: string, changes: Changes): Promise<EngineProxy> {
  const agent = new Agent({ keepAlive: true });

  async function passOn(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = callOf(incoming);
    const { operation } = call;
    const isChanged = changes.changes(call);
    const received = await buffer(incoming);
    const body = isChanged
      ? Buffer.from(JSON.stringify(changes.change(operation, JSON.parse(received.toString('utf8')))))
      : received;
    const outgoing = send(new URL(incoming.url ?? '/', engineUrl), {
      agent,
      method: incoming.method,
      headers: { ...incoming.headers, 'content-length': body.length },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const answered = await buffer(answer);
    if (isChanged && answer.statusCode === 200) {
      changes.answered?.(operation, JSON.parse(answered.toString('utf8')));
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.end(answered);
  }

  const server = createServer((incoming, response) => {
    passOn(incoming, response).catch((error: Error) => response.destroy(error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/**
 * Takes the `ClientRequestToken`s, which the SDK adds, out of transactions: the engine gets slower with each of the last
 * ten minutes.
 */
export const startTokenlessProxy = (engineUrl: string): Promise<EngineProxy> =>
  startEngineProxy(engineUrl, {
    changes: ({ operation }) => operation === 'TransactWriteItems',
    change: (_, { ClientRequestToken: _token, ...input }) => input,
  });
