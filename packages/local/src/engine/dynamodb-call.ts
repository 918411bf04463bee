import type { Agent } from 'node:http';
import { request as secureRequest } from 'node:https';
import { request } from '../listen.ts';

/** The table engine is missing, does not start, or refuses the template's tables. One sentence, and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** An error that DynamoDB answered with; `name` is DynamoDB's own name for it. */
export class DynamoDbError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Calls one operation. Throws {@link DynamoDbError}, and {@link EngineError} where no engine answers. */
export type DynamoDbCall = (operation: string, input: object) => Promise<Record<string, unknown>>;

/**
 * A client for a local engine, which checks no signatures. The SDK's would cost as much to load as all of the
 * engine's start takes.
 */
export function createDynamoDbCall(url: string, region: string): DynamoDbCall {
  return (operation, input) =>
    callEngine(url, engineHeaders(`DynamoDB_20120810.${operation}`, region), input);
}

/**
 * Posts a call to an engine: at half of what `fetch` costs, which takes long to load as well.
 * @param agent keeps the connections; Node's own when absent
 */
export function callEngine(
  url: string,
  headers: Readonly<Record<string, string>>,
  input: object,
  agent?: Agent,
): Promise<Record<string, unknown>> {
  const send = new URL(url).protocol === 'https:' ? secureRequest : request;
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  const fail = (error: Error) => reject(unreachable(url, error));
  const body = JSON.stringify(input);
  const outgoing = send(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    ...(agent !== undefined && { agent }),
  });
  outgoing.on('error', fail);
  outgoing.on('response', (incoming) => {
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => {
      text += chunk;
    });
    incoming.on('error', fail);
    incoming.on('end', () => {
      try {
        resolve(readAnswer(url, incoming.statusCode ?? 0, text));
      } catch (error) {
        reject(error);
      }
    });
  });
  outgoing.end(body);
  return promise;
}

/** The headers of a call to a local engine. */
export function engineHeaders(target: string, region: string): Record<string, string> {
  return {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
    // DynamoDB Local takes the region from here, and wants the form to be right.
    'x-amz-date': '20000101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=local/20000101/${region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0000000000000000000000000000000000000000000000000000000000000000`,
  };
}

/** An engine's answer. Throws {@link DynamoDbError} for an error of DynamoDB's, and {@link EngineError} for another's. */
function readAnswer(url: string, status: number, text: string): Record<string, unknown> {
  const answer = parse(text, url);
  if (status >= 200 && status < 300) return answer;
  const name = String(answer['__type'] ?? `HTTP ${status}`).replace(/^.*#/, '');
  throw new DynamoDbError(name, String(answer['message'] ?? answer['Message'] ?? text));
}

function unreachable(url: string, cause: unknown): EngineError {
  return new EngineError(`The table engine at ${url} cannot be reached: start it, or check the URL.`, {
    cause,
  });
}

function parse(text: string, url: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    throw new EngineError(`What answers at ${url} is not a DynamoDB engine: check the URL.`, { cause });
  }
}
