import { randomUUID } from 'node:crypto';
import { AwsError, type AwsRequest, type AwsService } from '../aws.ts';
import { type IotLog, silentIotLog } from '../iot-log.ts';
import { MAX_PAYLOAD_BYTES, refuseTopic } from './access.ts';
import type { Broker } from './broker.ts';

const publishPath = /^\/topics\/(.+)$/s;
/** Who publishes by a request of HTTP has no client id. */
const HTTP = { protocol: 'HTTP', clientId: 'N/A' } as const;
/** What only MQTT 5 can carry, in the query and in headers. */
const mqtt5Parameters = ['contentType', 'responseTopic', 'messageExpiry'];
const mqtt5Header = 'x-amz-mqtt5-';

/**
 * AWS IoT's data plane (signing name `iotdata`), of which Publish runs here: `POST /topics/{topic}?qos=0|1&retain=`.
 * Throws {@link AwsError}. Source: AWS IoT data plane API, "Publish".
 */
export function createIotDataService(
  { publish }: Pick<Broker, 'publish'>,
  iotLog: IotLog = silentIotLog,
): AwsService {
  return async (request) => {
    const topic = topicOf(request);
    const qos = qosOf(request.query);
    const retain = request.query.get('retain') === 'true';
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
    await publish(topic, request.body, qos, retain);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'OK', traceId }),
    };
  };
}

function topicOf({ method, path }: AwsRequest): string {
  const encoded = publishPath.exec(path)?.[1];
  if (method !== 'POST' || encoded === undefined) {
    throw new AwsError(
      'UnknownOperationException',
      `${method} ${path} does not run on the laptop; of the IoT data plane only Publish does.`,
      404,
    );
  }
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    // A URIError: a percent sign without its digits.
    throw new AwsError('InvalidRequestException', `The topic is not percent-encoded: ${String(error)}`);
  }
}

function qosOf(query: URLSearchParams): 0 | 1 {
  const qos = query.get('qos') ?? '0';
  if (qos === '0') return 0;
  if (qos === '1') return 1;
  throw new AwsError('InvalidRequestException', `qos is ${qos}; it must be 0 or 1.`);
}

function refuseMqtt5({ query, headers }: AwsRequest): void {
  const given = [
    ...mqtt5Parameters.filter((name) => query.has(name)),
    ...Object.keys(headers).filter((name) => name.startsWith(mqtt5Header)),
  ];
  if (given.length > 0) {
    throw new AwsError(
      'InvalidRequestException',
      `${given.join(', ')} needs MQTT 5, which the laptop's broker does not speak; leave it out.`,
    );
  }
}
