import type { IncomingHttpHeaders, IncomingMessage, Agent as KeptConnections } from 'node:http';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import { Agent, request as httpRequest } from '../listen.ts';

interface ForwarderOptions {
  /** Base URL of an engine that speaks the service's own protocol, for example `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Resolves once the engine answers, or never will: calls wait for it. */
  available?(): Promise<void>;
}

export interface Forwarder {
  readonly handle: AwsService;
  /** Ends the connections to the engine. */
  close(): void;
}

/** Headers that are between two neighbours (RFC 9110, 7.6.1), and those that are set anew. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
]);

function endToEnd(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name)) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return kept;
}

/**
 * Passes calls through to an engine, for example DynamoDB's, over connections that are kept. An engine that does
 * not answer is a `ServiceUnavailable` error (503), which SDKs retry.
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const base = new URL(options.url);
  const agent = new Agent({ keepAlive: true });
  return {
    async handle(request) {
      await options.available?.();
      return forward(base, agent, request);
    },
    close: () => agent.destroy(),
  };
}

function forward(base: URL, agent: KeptConnections, request: AwsRequest): Promise<AwsResponse> {
  const query = request.query.size === 0 ? '' : `?${request.query}`;
  return new Promise((resolve, reject) => {
    const unavailable = (error: Error): void => {
      reject(
        new AwsError(
          'ServiceUnavailable',
          `The engine for ${request.service} at ${base.origin} does not answer (${error.message}): see the runtime's log.`,
          503,
        ),
      );
    };
    const outgoing = httpRequest(
      {
        host: base.hostname,
        port: base.port,
        agent,
        method: request.method,
        path: request.path + query,
        headers: { ...endToEnd(request.headers), host: base.host, 'content-length': request.body.length },
      },
      (incoming) => {
        readResponse(incoming).then(resolve, unavailable);
      },
    );
    outgoing.on('error', unavailable);
    outgoing.end(request.body);
  });
}

async function readResponse(incoming: IncomingMessage): Promise<AwsResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    status: incoming.statusCode ?? 502,
    headers: endToEnd(incoming.headers),
    body: Buffer.concat(chunks),
  };
}
