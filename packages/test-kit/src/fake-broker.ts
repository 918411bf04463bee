import type { IotDataServiceOptions } from '@device-lifecycle/local/mqtt/iot-data-service.ts';

type FakeBroker = IotDataServiceOptions['broker'];

/** A broker that nobody is connected to, for who wants but some of the data plane. */
export function fakeBroker(change: Partial<FakeBroker> = {}): FakeBroker {
  return {
    publish: async () => undefined,
    disconnect: async () => false,
    serve: () => undefined,
    ...change,
  };
}
