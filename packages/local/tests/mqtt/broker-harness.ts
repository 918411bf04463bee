import { once } from 'node:events';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { caPem, endpointCertificate, type TestCertificate } from '@device-lifecycle/test-kit/certificates.ts';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { afterEach, expect } from '@jest/globals';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { systemClock } from '../../src/clock.ts';
import type { MqttMessage } from '../../src/contracts.ts';
import { type Broker, type BrokerOptions, startBroker } from '../../src/mqtt/broker.ts';
import { ACCOUNT_ID, certificateOfAnybody, REGION, registryOfAnybody } from './anybody.ts';

export interface Harness {
  readonly broker: Broker;
  /** Everything that `onPublish` was given, in order. */
  readonly published: MqttMessage[];
  readonly warnings: string[];
  readonly errors: string[];
  connect(options?: IClientOptions): Promise<MqttClient>;
  /** A client that does not wait to be connected, nor mind what becomes of it. */
  dial(options?: IClientOptions): MqttClient;
  /** A connection on which nothing has been said yet. */
  socket(): Promise<TLSSocket>;
}

export interface HarnessOptions extends Partial<BrokerOptions> {
  /** What clients show that do not say so themselves: by default, a certificate that may do anything. */
  readonly shown?: Partial<Pick<TestCertificate, 'cert' | 'key'>>;
}

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

/** A broker on a free port, which ends with the test, and real clients for it, over mutual TLS. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const { shown = await certificateOfAnybody(), ...change } = options;
  const published: MqttMessage[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];
  const broker = await startBroker({
    port: 0,
    certificate: await endpointCertificate(),
    registry: change.registry ?? (await registryOfAnybody()),
    region: REGION,
    accountId: ACCOUNT_ID,
    clock: systemClock,
    log: {
      info: () => undefined,
      warn: (message) => warnings.push(message),
      error: (message) => errors.push(message),
    },
    ...change,
    onPublish: async (message) => {
      published.push(message);
      await change.onPublish?.(message);
    },
  });
  cleanUps.push(() => broker.close());

  const { cert, key } = shown;
  const endpoint = {
    host: 'localhost',
    port: broker.port,
    ca: await caPem(),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
  const dial = (options: IClientOptions = {}): MqttClient => {
    const client = mqtt.connect({ protocol: 'mqtts', ...endpoint, reconnectPeriod: 0, ...options });
    client.on('error', () => undefined);
    cleanUps.push(() => client.endAsync(true));
    return client;
  };
  return {
    broker,
    published,
    warnings,
    errors,
    dial,
    async connect(options) {
      const client = dial(options);
      await new Promise<void>((resolve) => client.once('connect', () => resolve()));
      return client;
    },
    async socket() {
      const socket = connectTls(endpoint);
      socket.on('error', () => undefined);
      cleanUps.push(async () => {
        socket.destroy();
      });
      await once(socket, 'secureConnect');
      return socket.resume();
    },
  };
}

/** Resolves when a client's connection is closed, with or without an error. */
export function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

/** Waits until something holds, for five seconds at most. */
export const until = (holds: () => boolean): Promise<void> =>
  eventually(async () => expect(holds()).toBe(true), 5000);

/** Subscribes, and collects what arrives as [topic, payload]. */
export async function collect(
  client: MqttClient,
  filter: string,
  qos: 0 | 1 = 1,
): Promise<[string, string][]> {
  const received: [string, string][] = [];
  client.on('message', (topic, payload) => received.push([topic, payload.toString()]));
  await client.subscribeAsync(filter, { qos });
  return received;
}

/** Sends a client one more message, when it is called: whatever the broker has sent the client before has come by then. */
export async function markerFor({ broker }: Harness, client: MqttClient): Promise<() => Promise<void>> {
  const received = await collect(client, 'marker', 0);
  return async () => {
    await broker.publish('marker', Buffer.from(''), 0);
    await until(() => received.length > 0);
  };
}

/** The presence events among the published messages: event type, client id, parsed payload. */
export function presenceOf(published: readonly MqttMessage[]): Record<string, unknown>[] {
  return published
    .filter(({ topic }) => topic.startsWith('$aws/events/presence/'))
    .map(({ payload }) => JSON.parse(payload.toString()));
}
