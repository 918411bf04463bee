import { Agent as SecureAgent } from 'node:https';
import { callEngine, type DynamoDbCall, engineHeaders } from '../engine/dynamodb-call.ts';
import { Agent } from '../listen.ts';

export interface StreamsClient {
  /** Calls an operation of the DynamoDB Streams API. Throws what {@link DynamoDbCall} throws. */
  readonly call: DynamoDbCall;
  /** Ends the connections. */
  close(): void;
}

/** A client for the streams of a local engine, over connections that are kept: polling is most of what an idle stack does. */
export function createStreamsClient(url: string, region: string): StreamsClient {
  const isSecure = new URL(url).protocol === 'https:';
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const call: DynamoDbCall = (operation, input) =>
    callEngine(url, engineHeaders(`DynamoDBStreams_20120810.${operation}`, region), input, agent);
  return { call, close: () => agent.destroy() };
}
