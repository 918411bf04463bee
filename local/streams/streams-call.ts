import { Agent, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { type DynamoDbCall, engineHeaders, readAnswer, unreachable } from '../engine/dynamodb-call.ts';

export interface StreamsClient {
  /** Calls an operation of the DynamoDB Streams API. Throws what {@link DynamoDbCall} throws. */
  readonly call: DynamoDbCall;
  /** Ends the connections. */
  close(): void;
}

/**
 * A client for the streams of a local engine, over connections that are kept: polling is most of what an idle stack
 * does, and costs half as much this way as with `fetch`.
 */
export function createStreamsClient(url: string, region: string): StreamsClient {
  const isSecure = new URL(url).protocol === 'https:';
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const send = isSecure ? secureRequest : request;
  const call: DynamoDbCall = (operation, input) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input);
      const outgoing = send(url, {
        agent,
        method: 'POST',
        headers: {
          ...engineHeaders(`DynamoDBStreams_20120810.${operation}`, region),
          'content-length': Buffer.byteLength(body),
        },
      });
      const fail = (error: Error) => reject(unreachable(url, error));
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
    });
  return { call, close: () => agent.destroy() };
}
