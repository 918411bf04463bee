import type { AwsService } from './aws.ts';
import type { Clock } from './clock.ts';
import type { RuntimeLog } from './contracts.ts';
import type { Collections } from './data/collections.ts';
import { createIotService } from './iot/iot-service.ts';
import { createIotKeepers, type IotKeepers } from './iot/keepers.ts';
import type { IotIdentity } from './iot-identity.ts';
import type { IotLog } from './iot-log.ts';
import type { Broker } from './mqtt/broker.ts';
import { createIotDataService, IOT_DATA_OPERATIONS } from './mqtt/iot-data-service.ts';
import type { TopicRules } from './rules/topic-rules.ts';

export interface IotServicesOptions {
  readonly identity: IotIdentity;
  readonly broker: Broker;
  readonly iotLog: IotLog;
  readonly topicRules: TopicRules;
  readonly clock: Clock;
  readonly accountId: string;
  /** Calls a second, by the name of an operation of either service. */
  readonly quotas: Readonly<Record<string, number>>;
  readonly log: RuntimeLog;
  readonly collections: Collections;
}

/** AWS IoT's control plane and data plane, and the keepers of the registry's resources. */
export function createIotServices(options: IotServicesOptions): {
  readonly iot: AwsService;
  readonly iotdata: AwsService;
  readonly keepers: IotKeepers;
} {
  const { identity, broker, iotLog, clock, accountId, quotas, log, collections } = options;
  const ofDataPlane = (operation: string) => IOT_DATA_OPERATIONS.includes(operation);
  const rates = Object.entries(quotas);
  return {
    keepers: createIotKeepers(identity.registry),
    iot: createIotService({
      registry: identity.registry,
      authority: identity.authority,
      topicRules: options.topicRules,
      clock,
      accountId,
      publish: (topic, payload) => broker.publish(topic, payload, 1),
      quotas: Object.fromEntries(rates.filter(([operation]) => !ofDataPlane(operation))),
      log,
      collections,
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
