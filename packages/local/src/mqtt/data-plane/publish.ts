import { randomUUID } from 'node:crypto';
import { AwsError } from '../../aws.ts';
import { MAX_PAYLOAD_BYTES, refuseTopic } from '../access.ts';
import { flagOf } from './client-id.ts';
import { refuseMqtt5 } from './mqtt5-members.ts';
import type { DataOperation } from './operation.ts';

/** Who publishes by a request of HTTP has no client id. */
const HTTP = { protocol: 'HTTP', clientId: 'N/A' } as const;

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html */
export const publish: DataOperation = {
  http: 'POST /topics/{topic+}',
  async answer(request, { broker, iotLog }) {
    const topic = request.labels['topic'] ?? '';
    const qos = qosOf(request.query);
    const retain = flagOf(request, 'retain');
    refuseMqtt5(request);
    if (request.body.length > MAX_PAYLOAD_BYTES) {
      throw new AwsError('InvalidRequestException', 'The payload has more than 128 KB.');
    }
    const refusal = refuseTopic(topic, retain);
    if (refusal?.reason === 'FORBIDDEN_ACCESS')
      throw new AwsError('UnauthorizedException', refusal.message, 401);
    if (refusal !== undefined) throw new AwsError('InvalidRequestException', refusal.message);

    const traceId = randomUUID();
    iotLog.write({
      logLevel: 'INFO',
      status: 'Success',
      eventType: 'Publish-In',
      traceId,
      ...HTTP,
      topicName: topic,
    });
    await broker.publish(topic, request.body, qos, retain);
    return { message: 'OK', traceId };
  },
};

function qosOf(query: URLSearchParams): 0 | 1 {
  const qos = query.get('qos') ?? '0';
  if (qos === '0') return 0;
  if (qos === '1') return 1;
  throw new AwsError('InvalidRequestException', `qos is ${qos}; it must be 0 or 1.`);
}
