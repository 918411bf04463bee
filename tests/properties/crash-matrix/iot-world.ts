import type { AwsService } from '@device-lifecycle/local/aws.ts';
import type { Clock } from '@device-lifecycle/local/clock.ts';
import { type Collections, memoryCollections } from '@device-lifecycle/local/data/collections.ts';
import { createCertificateAuthority } from '@device-lifecycle/local/iot/certificate-authority.ts';
import { IotRegistry } from '@device-lifecycle/local/iot/iot-registry.ts';
import { createIotService } from '@device-lifecycle/local/iot/iot-service.ts';
import { createIotDataService } from '@device-lifecycle/local/mqtt/iot-data-service.ts';
import { createRulesEngine } from '@device-lifecycle/local/rules/rules-engine.ts';
import { fakeBroker } from '@device-lifecycle/test-kit/fake-broker.ts';
import { ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';

const [REGION, ACCOUNT_ID] = ['us-east-1', '123456789012'];

/** What a device was told. */
export interface Answer {
  readonly topic: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** All that AWS IoT keeps. */
export interface IotState {
  readonly collections: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  readonly sessions: ReadonlySet<string>;
}

/** AWS IoT, as the laptop has it, and what it holds. */
export interface IotWorld {
  readonly registry: IotRegistry;
  readonly services: { readonly iot: AwsService; readonly iotdata: AwsService };
  /** Clients that are connected. */
  readonly sessions: Set<string>;
  readonly answers: Answer[];
  state(): IotState;
}

const authority = createCertificateAuthority();

/** Maps of which copies can be had; their values are never changed in place. */
function openCollections(state?: IotState) {
  const maps = new Map<string, Map<string, unknown>>();
  const collections: Collections = {
    ...memoryCollections,
    open<V>(name: string) {
      const map = new Map(state?.collections.get(name));
      maps.set(name, map);
      return map as Map<string, V>;
    },
  };
  return { maps, collections };
}

export async function createIotWorld(clock: Clock, state?: IotState): Promise<IotWorld> {
  const { maps, collections } = openCollections(state);
  const registry = new IotRegistry({ region: REGION, accountId: ACCOUNT_ID, clock, collections });
  const sessions = new Set(state?.sessions);
  const answers: Answer[] = [];
  const broker = fakeBroker({
    async publish(topic, payload) {
      if (topic.startsWith('devices/')) answers.push({ topic, document: JSON.parse(payload.toString()) });
    },
    disconnect: async (clientId) => sessions.delete(clientId),
  });
  const iot = createIotService({
    registry,
    authority: await authority,
    topicRules: createRulesEngine({
      ...ruleTargets,
      clock,
      accountId: ACCOUNT_ID,
      region: REGION,
      log: silentLog,
      collections,
    }).topicRules,
    clock,
    accountId: ACCOUNT_ID,
    quotas: {},
  });
  return {
    registry,
    services: { iot, iotdata: createIotDataService({ broker, clock, collections }) },
    sessions,
    answers,
    state: () => ({
      collections: new Map([...maps].map(([name, map]) => [name, new Map(map)])),
      sessions: new Set(sessions),
    }),
  };
}
