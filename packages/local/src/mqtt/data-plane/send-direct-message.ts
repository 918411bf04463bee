import { randomUUID } from 'node:crypto';
import { AwsError } from '../../aws.ts';
import { Input } from '../../iot/api/input.ts';
import { invalidRequest, notFound } from '../../iot/errors.ts';
import { MAX_PAYLOAD_BYTES, refuseTopic } from '../access.ts';
import { clientIdOf, flagOf } from './client-id.ts';
import { refuseMqtt5 } from './mqtt5-members.ts';
import type { DataOperation, DataRequest } from './operation.ts';

const DEFAULT_TIMEOUT_SECONDS = 5;
const MAX_TIMEOUT_SECONDS = 15;

/**
 * https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_SendDirectMessage.html and
 * https://docs.aws.amazon.com/iot/latest/developerguide/direct-messaging.html
 */
export const sendDirectMessage: DataOperation = {
  http: 'POST /connections/{clientId}/messages',
  async answer(request, { broker }) {
    const clientId = clientIdOf(request);
    const topic = topicOf(request);
    refuseMqtt5(request);
    if (request.body.length > MAX_PAYLOAD_BYTES) {
      throw new AwsError('RequestEntityTooLargeException', 'The payload has more than 128 KB.', 413);
    }
    const delivery = await broker.sendDirectly(clientId, {
      topic,
      payload: request.body,
      ...(flagOf(request, 'confirmation') && { confirmWithinMs: timeoutSecondsOf(request) * 1000 }),
    });
    if (delivery === 'NOT_CONNECTED') {
      throw notFound(
        broker.hasSession(clientId)
          ? 'The target client ID is not connected, but it has an active persistent session'
          : 'The target client ID is not connected',
      );
    }
    if (delivery === 'FORBIDDEN') {
      throw new AwsError(
        'ForbiddenException',
        `The policies of ${clientId} do not allow iot:Receive on ${topic}.`,
        403,
      );
    }
    if (delivery === 'UNCONFIRMED') {
      throw new AwsError('GatewayTimeoutException', `${clientId} has sent no PUBACK in time.`, 504);
    }
    return { message: 'OK', traceId: randomUUID() };
  },
};

function topicOf({ query }: DataRequest): string {
  const topic = query.get('topic');
  if (topic === null) throw invalidRequest('topic is missing.');
  if (topic.startsWith('$')) throw invalidRequest(`The topic ${topic} can't start with a $.`);
  const refusal = refuseTopic(topic, false);
  if (refusal !== undefined) throw invalidRequest(refusal.message);
  return topic;
}

function timeoutSecondsOf({ query }: DataRequest): number {
  const seconds = new Input(Object.fromEntries(query)).optionalNumber('timeout') ?? DEFAULT_TIMEOUT_SECONDS;
  if (seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS) return seconds;
  throw invalidRequest(`timeout must be from 1 to ${MAX_TIMEOUT_SECONDS} seconds.`);
}
