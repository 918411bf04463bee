import type { IncomingHttpHeaders } from 'node:http';
import { AwsError, type AwsResponse } from '../aws.ts';
import { type EmulatedRequest, loadEmulatorParts } from './emulator-parts.ts';
import { openKeptQueues } from './kept-queues.ts';
import { takeEveryCharacter } from './message-characters.ts';

type Members = Readonly<Record<string, unknown>>;

/** The SQS of fauxqs in this process. What it has of HTTP, which is most of it, is not loaded. */
export interface Emulator {
  /** What SQS answers a client of its JSON protocol; the headers are those of the call. */
  answer(action: string, members: Members, headers: IncomingHttpHeaders): Promise<AwsResponse>;
  /** Calls an action of SQS. Throws what SQS answers with, as an {@link AwsError}. */
  callSqs(action: string, members: Members): Promise<Record<string, unknown>>;
  /** STS's answer, XML. */
  callerIdentity(): string;
  close(): Promise<void>;
}

export interface EmulatorOptions {
  readonly region: string;
  /** Where queues are kept; in memory when absent. */
  readonly queuesDirectory?: string;
}

const CONTENT_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

export async function startEmulator({ region, queuesDirectory }: EmulatorOptions): Promise<Emulator> {
  await takeEveryCharacter();
  const { SqsStore, SqsError, actions, getCallerIdentity } = await loadEmulatorParts();
  const kept = queuesDirectory === undefined ? undefined : await openKeptQueues(queuesDirectory);
  const store = kept?.sqsStore ?? new SqsStore();
  store.region = region;

  async function call(action: string, members: Members, request: EmulatedRequest): Promise<object> {
    const act = actions.get(action);
    if (act === undefined) throw new AwsError('InvalidAction', `SQS has no action ${action} here.`);
    // As it would have come: nothing of the caller's is in the store.
    return act(JSON.parse(JSON.stringify(members)), store, request);
  }

  return {
    async answer(action, members, headers) {
      try {
        return {
          status: 200,
          headers: CONTENT_TYPE,
          body: JSON.stringify(await call(action, members, { headers })),
        };
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        return {
          status: error.statusCode,
          headers: { ...CONTENT_TYPE, 'x-amzn-query-error': error.queryErrorHeader },
          body: JSON.stringify(error.toJSON()),
        };
      }
    },

    async callSqs(action, members) {
      try {
        return JSON.parse(JSON.stringify(await call(action, members, { headers: {} })));
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        throw new AwsError(error.code, error.message, error.statusCode);
      }
    },

    callerIdentity: getCallerIdentity,

    async close() {
      store.shutdown();
      kept?.close();
    },
  };
}
