import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that is about to be passed on. */
export interface ProxiedCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The operation of services that have it in a header, such as `DynamoDB_20120810.GetItem`. */
  readonly target: string | undefined;
}

/** An error as AWS answers it, or no answer at all. */
export type ProxyFault = { readonly status: number; readonly code: string } | 'noAnswer';

export interface FaultyProxy {
  readonly url: string;
  /** Decides about each call from here on; nothing is faulty at first. */
  decide(fault: (call: ProxiedCall) => ProxyFault | undefined): void;
  stop(): Promise<void>;
}

function fail({ status, code }: Exclude<ProxyFault, string>, response: ServerResponse): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
  response.end(JSON.stringify({ __type: code, message: 'as the test wants it' }));
}

function passOn(incoming: IncomingMessage, response: ServerResponse, to: string): void {
  const { method, url = '/', headers } = incoming;
  const outgoing = send(new URL(url, to), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', (error) => response.destroy(error));
  incoming.pipe(outgoing);
}

/** Stands between a client and a service, and passes on what is not to fail. */
export async function startFaultyProxy(to: string): Promise<FaultyProxy> {
  let faultOf: (call: ProxiedCall) => ProxyFault | undefined = () => undefined;
  const server = createServer((incoming, response) => {
    const { method = '', url = '/', headers } = incoming;
    const target = headers['x-amz-target'];
    const call = {
      method,
      path: decodeURIComponent(url.split('?')[0] ?? ''),
      target: typeof target === 'string' ? target : undefined,
    };
    const fault = faultOf(call);
    if (fault === undefined) passOn(incoming, response, to);
    else {
      incoming.resume();
      if (fault !== 'noAnswer') fail(fault, response);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide(fault) {
      faultOf = fault;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
