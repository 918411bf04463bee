import type { AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import type { Broker } from '../mqtt/broker.ts';
import { createIotDataService, IOT_DATA_OPERATIONS } from '../mqtt/iot-data-service.ts';
import type { TopicRules } from '../rules/rules-engine.ts';
import type { IotIdentity } from './identity.ts';
import type { IotLog } from './iot-log.ts';
import { createIotService } from './iot-service.ts';

interface IotServicesOptions {
  readonly identity: IotIdentity;
  readonly broker: Broker;
  readonly iotLog: IotLog;
  readonly topicRules: TopicRules;
  readonly clock: Clock;
  readonly accountId: string;
  /** Calls a second, by the name of an operation of either service. */
  readonly quotas: Readonly<Record<string, number>>;
  readonly collections: Collections;
}

/** AWS IoT's control plane and data plane. */
export function createIotServices(options: IotServicesOptions): {
  readonly iot: AwsService;
  readonly iotdata: AwsService;
} {
  const { identity, broker, iotLog, clock, accountId, quotas, collections } = options;
  const ofDataPlane = (operation: string) => IOT_DATA_OPERATIONS.includes(operation);
  const rates = Object.entries(quotas);
  return {
    iot: createIotService({
      registry: identity.registry,
      authority: identity.authority,
      topicRules: options.topicRules,
      clock,
      accountId,
      quotas: Object.fromEntries(rates.filter(([operation]) => !ofDataPlane(operation))),
    }),
    iotdata: createIotDataService({
      broker,
      clock,
      iotLog,
      quotas: Object.fromEntries(rates.filter(([operation]) => ofDataPlane(operation))),
      collections,
    }),
  };
}
