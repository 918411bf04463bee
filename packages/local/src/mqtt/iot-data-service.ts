import { randomUUID } from 'node:crypto';
import { AwsError, type AwsRequest, type AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import { membersOf } from '../iot/api/operation.ts';
import { invalidRequest, notFound } from '../iot/errors.ts';
import { type IotLog, silentIotLog } from '../iot/iot-log.ts';
import { createQuotas, type QuotaRates } from '../iot/quotas.ts';
import { compileRoute, findRoute, routeName } from '../iot/rest.ts';
import { SHADOW_NAME, type ShadowName, Shadows, THING_NAME } from '../iot/shadows.ts';
import { type PageNames, pageOf } from '../protocol/page.ts';
import { MAX_PAYLOAD_BYTES, refuseTopic } from './access.ts';
import type { Broker } from './broker.ts';
import { createShadowService, sendShadowMessages, updateShadow } from './shadow-service.ts';

/** What the operations of the data plane work on. */
interface DataContext {
  readonly broker: Pick<Broker, 'publish' | 'disconnect'>;
  readonly iotLog: IotLog;
  readonly shadows: Shadows;
  readonly clock: Clock;
}

/** A call, with the labels of its path decoded. */
interface DataRequest extends AwsRequest {
  readonly labels: Readonly<Record<string, string>>;
}

interface DataOperation {
  /** Method and path. */
  readonly http: string;
  /** Answers a call; the answer is its body. Throws `AwsError`. */
  answer(request: DataRequest, context: DataContext): Promise<object>;
}

/** Who publishes by a request of HTTP has no client id. */
const HTTP = { protocol: 'HTTP', clientId: 'N/A' } as const;

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html */
const publish: DataOperation = {
  http: 'POST /topics/{topic+}',
  async answer(request, { broker, iotLog }) {
    const topic = request.labels['topic'] ?? '';
    const qos = qosOf(request.query);
    const retain = flagOf(request, 'retain');
    refuseMqtt5(request);
    if (request.body.length > MAX_PAYLOAD_BYTES) {
      throw invalidRequest('The payload has more than 128 KB.');
    }
    const refusal = refuseTopic(topic, retain);
    if (refusal?.reason === 'FORBIDDEN_ACCESS')
      throw new AwsError('UnauthorizedException', refusal.message, 401);
    if (refusal !== undefined) throw invalidRequest(refusal.message);

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
  throw invalidRequest(`qos is ${qos}; it must be 0 or 1.`);
}

/** What only MQTT 5 can carry, in the query and in headers. */
const parameters = ['contentType', 'responseTopic', 'messageExpiry'];
const header = 'x-amz-mqtt5-';

/** Throws `InvalidRequestException` for members of a message that need MQTT 5, naming them. */
function refuseMqtt5({ query, headers }: AwsRequest): void {
  const given = [
    ...parameters.filter((name) => query.has(name)),
    ...Object.keys(headers).filter((name) => name.startsWith(header)),
  ];
  if (given.length > 0) {
    throw new AwsError(
      'InvalidRequestException',
      `${given.join(', ')} needs MQTT 5, which the laptop's broker does not speak; leave it out.`,
    );
  }
}

const MAX_CLIENT_ID_LENGTH = 128;

/** The client id of a request's path. Throws `InvalidRequestException`. */
function clientIdOf({ labels: { clientId = '' } }: DataRequest): string {
  if (clientId.startsWith('$')) throw invalidRequest(`The client id ${clientId} can't start with a $.`);
  if (clientId.length > MAX_CLIENT_ID_LENGTH)
    throw invalidRequest(`A client id has ${MAX_CLIENT_ID_LENGTH} characters at most.`);
  return clientId;
}

/** A flag of a query: `true` or `false`, in any case, and false where it is missing. Throws `InvalidRequestException`. */
function flagOf({ query }: DataRequest, name: string): boolean {
  const value = (query.get(name) ?? 'false').toLowerCase();
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidRequest(`${name} must be true or false.`);
}

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html */
const deleteConnection: DataOperation = {
  http: 'DELETE /connections/{clientId}',
  async answer(request, { broker }) {
    const clientId = clientIdOf(request);
    const isEnded = await broker.disconnect(clientId, {
      cleanSession: flagOf(request, 'cleanSession'),
      preventWillMessage: flagOf(request, 'preventWillMessage'),
    });
    if (isEnded) return {};
    throw notFound(`The client ${clientId} is not connected, and has no persistent session.`);
  },
};

const OF_SHADOWS: PageNames = {
  size: 'pageSize',
  token: 'nextToken',
  next: 'nextToken',
  defaultSize: 25,
  maxSize: 100,
};

const SHADOW = '/things/{thingName}/shadow';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetThingShadow.html */
const getThingShadow: DataOperation = {
  http: `GET ${SHADOW}`,
  answer: async (request, { shadows }) => shadows.get(nameOf(request)),
};

/**
 * https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_UpdateThingShadow.html
 *
 * Messages go out as they do for an update over MQTT. Source: AWS IoT developer guide, "Device Shadow MQTT topics".
 */
const updateThingShadow: DataOperation = {
  http: `POST ${SHADOW}`,
  async answer(request, { shadows, broker }) {
    const name = nameOf(request);
    const { accepted, messages } = updateShadow(shadows, name, request.body);
    await sendShadowMessages(broker.publish, name, messages);
    return accepted;
  },
};

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteThingShadow.html */
const deleteThingShadow: DataOperation = {
  http: `DELETE ${SHADOW}`,
  async answer(request, { shadows, broker }) {
    const name = nameOf(request);
    const deleted = shadows.delete(name);
    await sendShadowMessages(broker.publish, name, [{ subject: 'delete/accepted', document: deleted }]);
    return deleted;
  },
};

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_ListNamedShadowsForThing.html */
const listNamedShadowsForThing: DataOperation = {
  http: 'GET /api/things/shadow/ListNamedShadowsForThing/{thingName}',
  async answer(request, { shadows, clock }) {
    const names = shadows.namesOf(nameOf(request).thingName);
    const { items, next } = pageOf(
      names,
      membersOf(Object.fromEntries(request.query)),
      OF_SHADOWS,
      (name) => name,
    );
    return { results: items, ...next, timestamp: Math.floor(clock.now() / 1_000) };
  },
};

function nameOf({ labels: { thingName = '' }, query }: DataRequest): ShadowName {
  const shadowName = query.get('name') ?? undefined;
  if (!THING_NAME.test(thingName)) throw invalidRequest(`thingName must match ${THING_NAME.source}`);
  if (shadowName !== undefined && !SHADOW_NAME.test(shadowName)) {
    throw invalidRequest(`shadowName must match ${SHADOW_NAME.source}`);
  }
  return { thingName, shadowName };
}

/** The operations of AWS IoT's data plane that run on the laptop. */
const DATA_OPERATIONS: Readonly<Record<string, DataOperation>> = {
  Publish: publish,
  GetThingShadow: getThingShadow,
  UpdateThingShadow: updateThingShadow,
  DeleteThingShadow: deleteThingShadow,
  ListNamedShadowsForThing: listNamedShadowsForThing,
  DeleteConnection: deleteConnection,
};

export interface IotDataServiceOptions {
  readonly broker: DataContext['broker'] & Pick<Broker, 'serve'>;
  readonly clock: Clock;
  /** None by default. */
  readonly iotLog?: IotLog;
  /** Without a limit by default. */
  readonly quotas?: QuotaRates;
  /** Keeps shadows; in memory by default. */
  readonly collections?: Collections;
}

const ROUTES = Object.entries(DATA_OPERATIONS).map(([name, operation]) =>
  compileRoute(name, operation.http, operation),
);

/** The operations of the data plane, by name. */
export const IOT_DATA_OPERATIONS: readonly string[] = ROUTES.map(({ name }) => name);

/** The name of the operation that a call of the data plane is for, where there is one. */
export const iotDataOperationOf = (request: AwsRequest): string | undefined => routeName(ROUTES, request);

/**
 * AWS IoT's data plane (signing name `iotdata`, REST with JSON): messages, shadows and connections; shadows answer
 * on the broker's topics, too. Throws `AwsError`. Source: AWS IoT data plane API reference.
 */
export function createIotDataService(options: IotDataServiceOptions): AwsService {
  const { broker, clock, iotLog = silentIotLog, quotas: rates = {} } = options;
  const shadows = new Shadows(clock, options.collections);
  const context: DataContext = { broker, clock, iotLog, shadows };
  broker.serve(createShadowService({ shadows, clock, publish: broker.publish }));
  const takeToken = createQuotas({ rates, operations: IOT_DATA_OPERATIONS, clock, status: 429 });

  return async (request) => {
    const { name, labels, target } = findRoute(ROUTES, request, "AWS IoT's data plane");
    takeToken(name);
    const answer = await target.answer({ ...request, labels }, context);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(answer),
    };
  };
}
