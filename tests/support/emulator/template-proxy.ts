import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Stands between a client and an endpoint of AWS. */
export interface TemplateProxy {
  readonly url: string;
  close(): Promise<void>;
}

export interface TemplateProxyOptions {
  readonly upstreamUrl: string;
  /** Gets CloudFormation templates on their way, to S3 and to CloudFormation, and gives what shall go on. */
  readonly changeTemplate: (template: string) => string;
  /** Answers actions of CloudFormation in place of the endpoint, by XML. */
  readonly answers: Readonly<Record<string, string>>;
  /** Comes before the action of CloudFormation of that name goes on. */
  readonly before: Readonly<Record<string, () => Promise<void>>>;
}

/** They say what the body was before it was changed. */
const BODY_HEADERS = /^(content-(length|md5)|x-amz-(content-sha256|checksum-.*|sdk-checksum-algorithm))$/;

const isTemplateUpload = ({ method, url = '' }: IncomingMessage) =>
  method === 'PUT' && /\/compiled-cloudformation-template\.json(\?|$)/.test(url);

/** The parameters of a call in AWS's Query protocol; none of any other request. */
const parametersOf = ({ headers }: IncomingMessage, body: Buffer) =>
  new URLSearchParams(headers['content-type']?.includes('form-urlencoded') ? body.toString('utf8') : '');

function changeBody(incoming: IncomingMessage, body: Buffer, change: (template: string) => string): Buffer {
  if (isTemplateUpload(incoming)) return Buffer.from(change(body.toString('utf8')));
  const parameters = parametersOf(incoming, body);
  const template = parameters.get('TemplateBody');
  if (template === null) return body;
  parameters.set('TemplateBody', change(template));
  return Buffer.from(parameters.toString());
}

async function forward(
  incoming: IncomingMessage,
  body: Buffer,
  upstreamUrl: string,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(upstreamUrl);
  const headers = Object.entries(incoming.headers).filter(([name]) => !BODY_HEADERS.test(name));
  const upstream = request({
    hostname,
    port,
    method: incoming.method,
    path: incoming.url,
    headers: { ...Object.fromEntries(headers), 'content-length': body.length },
  });
  upstream.end(body);
  const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
  return answer;
}

/** Passes everything on, and back, but for what the options name. */
export async function startTemplateProxy(options: TemplateProxyOptions): Promise<TemplateProxy> {
  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const action = parametersOf(incoming, body).get('Action') ?? '';
    const ownAnswer = options.answers[action];
    if (ownAnswer !== undefined) {
      outgoing.writeHead(200, { 'content-type': 'text/xml' }).end(ownAnswer);
      return;
    }
    await options.before[action]?.();
    const changed = changeBody(incoming, body, options.changeTemplate);
    const answer = await forward(incoming, changed, options.upstreamUrl);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch((error: unknown) => outgoing.writeHead(502).end(String(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
