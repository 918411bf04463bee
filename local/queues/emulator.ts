import type { OutgoingHttpHeaders } from 'node:http';
import { buildApp } from 'fauxqs';
import { AwsError, type AwsRequest, type AwsResponse } from '../aws.ts';
import { openKeptQueues } from './kept-queues.ts';
import { takeEveryCharacter } from './message-characters.ts';

/** fauxqs in this process, without a port: silent, and reachable through the one endpoint alone. */
export interface Emulator {
  pass(request: AwsRequest): Promise<AwsResponse>;
  /** Calls an action of SQS. Throws what SQS answers with, as an {@link AwsError}. */
  callSqs(action: string, body: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Set anew by whoever sends the response on. */
const DROPPED_HEADERS = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

function responseHeaders(headers: OutgoingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !DROPPED_HEADERS.has(name)) kept[name] = String(value);
  }
  return kept;
}

function requestHeaders(request: AwsRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name === 'content-length' || name === 'transfer-encoding') continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

type Method = 'DELETE' | 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'PUT' | 'OPTIONS';

export interface EmulatorOptions {
  readonly region: string;
  /** Where queues are kept; in memory when absent. */
  readonly queuesDirectory?: string;
}

export async function startEmulator({ region, queuesDirectory }: EmulatorOptions): Promise<Emulator> {
  await takeEveryCharacter();
  const kept = queuesDirectory === undefined ? undefined : await openKeptQueues(queuesDirectory);
  const app = buildApp({
    logger: false,
    defaultRegion: region,
    ...(kept !== undefined && { stores: { sqsStore: kept.sqsStore } as unknown as Stores }),
  });

  async function pass(request: AwsRequest): Promise<AwsResponse> {
    const query = request.query.size === 0 ? '' : `?${request.query}`;
    const response = await app.inject({
      method: request.method as Method,
      url: request.path + query,
      headers: requestHeaders(request),
      ...(request.body.length === 0 ? {} : { payload: request.body }),
    });
    return {
      status: response.statusCode,
      headers: responseHeaders(response.headers),
      body: response.rawPayload,
    };
  }

  async function callSqs(
    action: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const response = await app.inject({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      payload: JSON.stringify(body),
    });
    const answer = JSON.parse(response.payload) as Record<string, unknown>;
    if (response.statusCode < 300) return answer;
    const code = String(answer['__type']).split('#').at(-1) ?? 'InternalFailure';
    throw new AwsError(code, String(answer['message']), response.statusCode);
  }

  return {
    pass,
    callSqs,
    async close() {
      await app.close();
      kept?.close();
    },
  };
}
