import { once } from 'node:events';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

/** A request in all that a browser would not let a page say. */
export interface Question {
  readonly method?: string;
  /** As it goes over the wire, nothing resolved in it. */
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Of silence. */
const PATIENCE_MS = 20_000;

/** What a server on the loopback interface answers; of a response that does not end, what comes within `forMs`. */
export async function ask(port: number, question: Question, forMs = 10_000): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {}, body } = question;
  const length =
    body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) };
  const all = { ...length, ...headers };
  const asked = request({ host: '127.0.0.1', port, method, path, headers: all, agent: false });
  const failed = once(asked, 'error').then(([error]) => Promise.reject(error));
  asked.end(body);
  asked.setTimeout(PATIENCE_MS, () => asked.destroy(new Error(`${method} ${path} is not answered.`)));
  const [response] = await Promise.race([once(asked, 'response'), failed]);
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, forMs);
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await Promise.race([once(response, 'end'), enough]);
  clearTimeout(timer);
  // What ends the request on purpose is no failure of it.
  failed.catch(() => undefined);
  asked.destroy();
  return { status: response.statusCode, headers: response.headers, body: text };
}

/** What a server answers to bytes, until it closes the connection. */
export async function askRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.end(bytes);
  await once(socket, 'close');
  return text;
}
