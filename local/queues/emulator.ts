import { buildApp } from 'fauxqs';
import { AwsError, type AwsRequest, type AwsResponse } from '../aws.ts';
import { injectionOf, keptHeaders } from '../fauxqs-injection.ts';
import { openKeptQueues } from './kept-queues.ts';
import { takeEveryCharacter } from './message-characters.ts';

/** fauxqs in this process, without a port: silent, and reachable through the one endpoint alone. */
export interface Emulator {
  pass(request: AwsRequest): Promise<AwsResponse>;
  /** Calls an action of SQS. Throws what SQS answers with, as an {@link AwsError}. */
  callSqs(action: string, body: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

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
    const response = await app.inject(injectionOf(request));
    return {
      status: response.statusCode,
      headers: keptHeaders(response.headers),
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
