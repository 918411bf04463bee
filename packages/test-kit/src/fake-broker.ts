import { systemClock } from '@device-lifecycle/local/clock.ts';
import { memoryCollections } from '@device-lifecycle/local/data/collections.ts';
import type { IotDataServiceOptions } from '@device-lifecycle/local/mqtt/iot-data-service.ts';
import { RetainedMessages } from '@device-lifecycle/local/mqtt/retained-messages.ts';

type FakeBroker = IotDataServiceOptions['broker'];

/** A broker that nobody is connected to, for who wants but some of the data plane. */
export function fakeBroker(change: Partial<FakeBroker> = {}): FakeBroker {
  return {
    retained: new RetainedMessages(systemClock, memoryCollections),
    publish: async () => undefined,
    disconnect: async () => false,
    sendDirectly: async () => 'NOT_CONNECTED',
    connection: () => undefined,
    hasSession: () => false,
    subscriptions: () => undefined,
    serve: () => undefined,
    ...change,
  };
}
