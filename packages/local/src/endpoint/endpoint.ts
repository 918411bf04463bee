import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError, type AwsResponse, type AwsService } from '../aws.ts';
import type { RuntimeLog } from '../contracts.ts';
import { createServer, listen } from '../listen.ts';
import { errorResponse, LostResponse, ownErrorResponse } from './responses.ts';

/** `AKID/date/region/service/aws4_request`; access keys may hold slashes, the rest does not. */
const SCOPE = /^.+\/\d{8}\/[^/\s,]*\/(?<service>[^/\s,]+)\/aws4_request$/;
const CREDENTIAL = /^AWS4-[A-Z0-9-]+ .*?\bCredential=(?<credential>[^\s,]+)/;

/**
 * The signing name of the service that a request is for, from the credential scope of its `Authorization` header
 * or, where it was presigned, of `X-Amz-Credential`. Undefined for an unsigned request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function signingName(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const signed = CREDENTIAL.exec(headers.authorization ?? '')?.groups?.['credential'];
  const credential = signed ?? query.get('X-Amz-Credential') ?? '';
  return SCOPE.exec(credential)?.groups?.['service'];
}

const LOOPBACK_HOST = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:[\w.-]+\.)?localhost)(?::\d{1,5})?$/i;
const LOOPBACK_ADDRESS = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/**
 * Whether a `Host` header names this machine's loopback. A page of another site that resolves its own name to
 * 127.0.0.1 (DNS rebinding) gives itself away here.
 */
function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK_HOST.test(host);
}

/** Whether an address to listen on is reachable from this machine alone. */
function isLoopbackAddress(address: string): boolean {
  return LOOPBACK_ADDRESS.test(address);
}

/** More than any API that the runtime answers takes at once. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

function tooLarge(): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `The laptop runtime takes request bodies of ${MAX_BODY_BYTES} bytes at most.`,
    413,
  );
}

/** Reads a request's body. Throws `RequestEntityTooLargeException` (413) beyond 64 MiB. */
export function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else reject(tooLarge());
    });
    incoming.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    incoming.on('error', reject);
  });
}

interface EndpointOptions {
  /** A loopback address. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** By signing name; empty until they have started. */
  readonly services: Readonly<Record<string, AwsService>>;
  /** What is not of AWS, below `/_local/`, by name; without a signature. */
  readonly own?: Readonly<Record<string, AwsService>>;
  readonly log: RuntimeLog;
}

export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** Longer than the SDKs keep an idle connection, so that the server is never the one to drop it. */
const KEEP_ALIVE_MS = 120_000;

/** No bucket of S3 can be called so, and no path of another service begins like this. */
const OWN_PATH = '/_local/';

/**
 * The one endpoint for every SDK and CLI call (`AWS_ENDPOINT_URL`). Routes by the credential scope; signatures
 * are not checked. Throws `PortInUseError`, and an error when the address is not on the loopback.
 */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  if (!isLoopbackAddress(options.host)) {
    throw new Error(
      `The endpoint must not listen on ${options.host}: use 127.0.0.1, it has no access control.`,
    );
  }
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (incoming, outgoing) => {
    respond(options, incoming, outgoing).catch((error: unknown) => {
      options.log.error(`an answer could not be sent: ${String(error)}`);
      outgoing.destroy();
    });
  });
  await listen(server, { host: options.host, port: options.port, option: '--port' });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

async function respond(
  options: EndpointOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  const [path = '/', query = ''] = split(incoming.url ?? '/');
  const parameters = new URLSearchParams(query);
  const service = signingName(incoming.headers, parameters);
  const isOwn = path.startsWith(OWN_PATH);
  let response: AwsResponse;
  try {
    assertFromHere(incoming.headers);
    const handle = isOwn
      ? routeToOwn(options.own ?? {}, path, incoming.headers.origin)
      : route(options.services, service);
    const body = await readBody(incoming);
    const { method = 'GET', headers } = incoming;
    const gone = goneSignal(outgoing);
    const request = { service: service ?? '', method, path, query: parameters, headers, body, gone };
    response = await handle(request);
  } catch (thrown) {
    if (isNotToBeAnswered(thrown, incoming)) return void outgoing.destroy();
    const error = asAwsError(thrown, `${incoming.method} ${path} of ${service}`, options.log);
    response = isOwn
      ? ownErrorResponse(error)
      : errorResponse(error, { headers: incoming.headers, service: service ?? '' }, requestId);
  }
  await send(incoming.method, outgoing, response, requestId);
}

function goneSignal(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** The client has gone in the middle of its own request, so that there is nobody to answer, or is to hear nothing. */
function isNotToBeAnswered(thrown: unknown, incoming: IncomingMessage): boolean {
  return thrown instanceof LostResponse || (incoming.destroyed && !incoming.complete);
}

/** The path and what follows the first `?`. */
function split(url: string): [string, string] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function assertFromHere({ host }: IncomingMessage['headers']): void {
  if (isLoopbackHost(host)) return;
  throw new AwsError(
    'AccessDeniedException',
    `The host ${host} is not on the loopback: use http://127.0.0.1 as AWS_ENDPOINT_URL.`,
    403,
  );
}

function routeToOwn(
  own: Readonly<Record<string, AwsService>>,
  path: string,
  origin: string | undefined,
): AwsService {
  // No signature is asked for, so that a page of any site could send such a request; browsers tell where it is from.
  if (origin !== undefined) {
    throw new AwsError('AccessDeniedException', `Not for web pages, such as those of ${origin}.`, 403);
  }
  const name = path.slice(OWN_PATH.length);
  const handle = Object.hasOwn(own, name) ? own[name] : undefined;
  if (handle !== undefined) return handle;
  const known = Object.keys(own).map((key) => OWN_PATH + key);
  throw new AwsError('ResourceNotFoundException', `There is no ${path}: there is ${known.join(', ')}.`, 404);
}

function route(services: EndpointOptions['services'], service: string | undefined): AwsService {
  if (service === undefined) {
    throw new AwsError(
      'MissingAuthenticationToken',
      'The request is not signed, so that its service is not known: use an AWS SDK or CLI with any credentials, for example AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local.',
      403,
    );
  }
  const handle = Object.hasOwn(services, service) ? services[service] : undefined;
  if (handle !== undefined) return handle;
  const known = Object.keys(services).sort();
  if (known.length === 0) {
    // SDKs try again by themselves.
    throw new AwsError('ServiceUnavailable', 'The laptop runtime is starting: try again in a moment.', 503);
  }
  // As to an account that may not use it: deployment tools that look whether there is something of theirs go on.
  throw new AwsError(
    'AccessDeniedException',
    `The laptop runtime does not have the service ${service}: it has ${known.join(', ')}.`,
    403,
  );
}

function asAwsError(thrown: unknown, call: string, log: RuntimeLog): AwsError {
  if (thrown instanceof AwsError) return thrown;
  const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  log.error(`${call} failed: ${reason}`);
  return new AwsError(
    'InternalFailure',
    'The laptop runtime failed to answer this call; its log says why.',
    500,
  );
}

async function send(
  method: string | undefined,
  outgoing: ServerResponse,
  response: AwsResponse,
  requestId: string,
): Promise<void> {
  outgoing.writeHead(response.status, {
    'x-amzn-requestid': requestId,
    ...response.headers,
    ...lengthOf(method, response),
  });
  if (response.stream === undefined) outgoing.end(method === 'HEAD' ? undefined : response.body);
  else await sendStream(outgoing, response.stream);
}

async function sendStream(outgoing: ServerResponse, stream: Readable): Promise<void> {
  try {
    await pipeline(stream, outgoing);
  } catch (error) {
    // A client that goes away before the end is nothing that anybody has to know of.
    if (!outgoing.destroyed || Object(error).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** A HEAD response tells the length that its GET would have, a 204 has none. */
function lengthOf(method: string | undefined, response: AwsResponse): Record<string, string> {
  if (response.stream !== undefined) return {};
  if (response.status === 204 || response.status === 304 || method === 'HEAD') return {};
  return { 'content-length': String(Buffer.byteLength(response.body)) };
}
