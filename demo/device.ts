import { randomUUID } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import type { StackFile } from './stack.ts';

export type Operation = 'register' | 'update' | 'heartbeat' | 'decommission';

/** The service's answer to a request. */
export interface Answer {
  readonly verdict: 'accepted' | 'rejected';
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Device {
  readonly deviceId: string;
  readonly mqtt: MqttClient;
  /** Publishes a request at QoS 1 and resolves to its answer. */
  request(operation: Operation, payload?: Readonly<Record<string, unknown>>): Promise<Answer>;
  close(): Promise<void>;
}

const ANSWER_TIMEOUT_MS = 10_000;

/** Connects a device, as its firmware would: its client id is its device id, and it listens for its answers. */
export async function connectDevice(
  { mqtt: { host, port } }: Pick<StackFile, 'mqtt'>,
  deviceId: string,
): Promise<Device> {
  const mqtt = await connectAsync({ host, port, protocol: 'mqtt', clientId: deviceId, reconnectPeriod: 0 });
  const waiting = new Map<string, (answer: Answer) => void>();
  mqtt.on('message', (topic, message) => {
    const body = JSON.parse(message.toString()) as Answer['body'];
    const requestId = String(body['requestId']);
    waiting.get(requestId)?.({ verdict: topic.endsWith('/accepted') ? 'accepted' : 'rejected', body });
    waiting.delete(requestId);
  });
  await mqtt.subscribeAsync([`devices/${deviceId}/+/accepted`, `devices/${deviceId}/+/rejected`], { qos: 1 });

  return {
    deviceId,
    mqtt,
    async request(operation, payload = {}) {
      const requestId = typeof payload['requestId'] === 'string' ? payload['requestId'] : randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      waiting.set(requestId, resolve);
      const timer = setTimeout(
        () =>
          reject(new Error(`No answer to ${operation} of ${deviceId} within ${ANSWER_TIMEOUT_MS / 1000} s`)),
        ANSWER_TIMEOUT_MS,
      );
      try {
        const message = JSON.stringify({ ...payload, requestId });
        await mqtt.publishAsync(`devices/${deviceId}/${operation}`, message, { qos: 1 });
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => mqtt.endAsync(),
  };
}
