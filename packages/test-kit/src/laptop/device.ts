import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, type MqttClient } from 'mqtt';
import type { Identity } from './identity.ts';
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

/** What requests need of an MQTT client. */
interface Connection {
  publishAsync(topic: string, message: string, options: { readonly qos: 1 }): Promise<unknown>;
  on(event: 'message', listener: (topic: string, message: Buffer) => void): unknown;
}

const ANSWER_TIMEOUT_MS = 10_000;

/** What a client needs to connect over mutual TLS. */
export async function tlsOptions(
  { mqtt: { host, port, caFile } }: Pick<StackFile, 'mqtt'>,
  identity: Identity,
) {
  return {
    protocol: 'mqtts',
    host,
    port,
    ca: await readFile(caFile),
    cert: identity.certificatePem,
    key: identity.privateKey,
    reconnectPeriod: 0,
  } as const;
}

/** AWS IoT turns clients away by closing the connection, which is no error to the client. */
async function isConnected(mqtt: MqttClient): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  mqtt.once('connect', () => resolve());
  mqtt.once('close', () => reject(new Error('The connection was closed before it was accepted.')));
  // It may be cut off at any time later; who waits for an answer then hears of it by the lack of one.
  mqtt.on('error', reject);
  await promise;
}

/**
 * Connects a device, as its firmware would: by its certificate, under its thing's name as client id, and listening for
 * its answers. Rejects when it is turned away.
 */
export async function connectDevice(stack: Pick<StackFile, 'mqtt'>, identity: Identity): Promise<Device> {
  const deviceId = identity.thingName;
  const mqtt = connect({ ...(await tlsOptions(stack, identity)), clientId: deviceId });
  await isConnected(mqtt);
  const request = createRequester(deviceId, mqtt);
  await mqtt.subscribeAsync([`devices/${deviceId}/+/accepted`, `devices/${deviceId}/+/rejected`], { qos: 1 });

  return { deviceId, mqtt, request, close: () => mqtt.endAsync() };
}

/** Sends a device's requests, and tells by their ids which answer belongs to which. Rejects when none comes in time. */
function createRequester(
  deviceId: string,
  mqtt: Connection,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Device['request'] {
  const waiting = new Map<string, (answer: Answer) => void>();
  mqtt.on('message', (topic, message) => {
    const body = JSON.parse(message.toString()) as Answer['body'];
    const verdict = topic.endsWith('/accepted') ? 'accepted' : 'rejected';
    waiting.get(String(body['requestId']))?.({ verdict, body });
  });

  return async (operation, payload = {}) => {
    const requestId = typeof payload['requestId'] === 'string' ? payload['requestId'] : randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.set(requestId, resolve);
    const timer = setTimeout(
      () => reject(new Error(`No answer to ${operation} of ${deviceId} within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    try {
      const message = JSON.stringify({ ...payload, requestId });
      const [answer] = await Promise.all([
        promise,
        mqtt.publishAsync(`devices/${deviceId}/${operation}`, message, { qos: 1 }),
      ]);
      return answer;
    } finally {
      clearTimeout(timer);
      // Another request may have the same id by now.
      if (waiting.get(requestId) === resolve) waiting.delete(requestId);
    }
  };
}
