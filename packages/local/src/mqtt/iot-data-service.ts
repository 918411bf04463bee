import type { AwsRequest, AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import { type IotLog, silentIotLog } from '../iot/iot-log.ts';
import { createQuotas, type QuotaRates } from '../iot/quotas.ts';
import { compileRoute, findRoute, routeName } from '../iot/rest.ts';
import { Shadows } from '../iot/shadows.ts';
import type { Broker } from './broker.ts';
import { DATA_OPERATIONS, type DataContext } from './data-plane.ts';
import { createShadowService } from './shadow-service.ts';

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
