import { readFile } from 'node:fs/promises';
import { CliError } from '@device-lifecycle/operator/errors.ts';
import type { Laptop } from '@device-lifecycle/operator/stack.ts';
import type { MqttClient } from 'mqtt';
import type { DeviceIdentity } from './make-device.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** How a session ended. */
export interface SessionEnd {
  /** Whether AWS IoT had taken it. */
  readonly wasConnected: boolean;
  /** Whether the device has ended it itself. */
  readonly isOwn: boolean;
  /** What the client has met with; AWS IoT closes a connection without a word. */
  readonly error?: Error;
}

interface SessionEvents {
  onConnected(): void;
  onMessage(topic: string, payload: string): void;
  /** Last, and once. */
  onEnd(end: SessionEnd): void;
  /** A message could not be sent, though the session goes on. */
  onUnsent(error: Error): void;
}

/** One MQTT connection of a device. */
export interface MqttSession {
  /** Resolves to whether it is connected, once that is known. */
  readonly opened: Promise<boolean>;
  /** At QoS 1. */
  publish(topic: string, payload: string): void;
  /** Takes leave, which AWS IoT takes for the device's own wish. */
  end(): Promise<void>;
}

/**
 * Connects a device over mutual TLS as its firmware would, under its thing's name as client id, and subscribes to its
 * answers. @throws CliError where the root certificate cannot be read
 */
export async function openSession(
  { mqtt: { host, port, caFile } }: Laptop,
  { deviceId, certificatePem, privateKey }: DeviceIdentity,
  events: SessionEvents,
): Promise<MqttSession> {
  // Loaded when it is needed: most consoles play no device.
  const [{ connect }, ca] = await Promise.all([import('mqtt'), readRoot(caFile)]);
  const client = connect({
    protocol: 'mqtts',
    host,
    port,
    ca,
    cert: certificatePem,
    key: privateKey,
    clientId: deviceId,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  const state = { wasConnected: false, isOwn: false };
  const { promise: opened, resolve: settle } = Promise.withResolvers<boolean>();
  let error: Error | undefined;
  client.on('error', (met) => {
    error = met;
  });
  client.on('message', (topic, message) => events.onMessage(topic, message.toString()));
  client.once('connect', () => {
    state.wasConnected = true;
    events.onConnected();
    void subscribe(client, deviceId).then(settle);
  });
  client.once('close', () => {
    client.end(true);
    settle(false);
    events.onEnd({ ...state, ...(error !== undefined && { error }) });
  });
  return {
    opened,
    publish(topic, payload) {
      client.publish(topic, payload, { qos: 1 }, (unsent) => {
        // What is under way when a connection ends is part of its end.
        if (unsent !== undefined && unsent !== null && client.connected) events.onUnsent(unsent);
      });
    },
    async end() {
      state.isOwn = true;
      await client.endAsync();
    },
  };
}

async function readRoot(caFile: string): Promise<Buffer> {
  try {
    return await readFile(caFile);
  } catch (error) {
    const sentence = `The stack's root certificate cannot be read from ${caFile}: start the console where the runtime was started.`;
    throw new CliError(sentence, { cause: error });
  }
}

/** Resolves to whether the device hears its answers; it does not where the connection ends meanwhile. */
async function subscribe(client: MqttClient, deviceId: string): Promise<boolean> {
  const topics = ['accepted', 'rejected'].map((verdict) => `devices/${deviceId}/+/${verdict}`);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  client.once('close', () => resolve(false));
  client.subscribe(topics, { qos: 1 }, (refused) => resolve(refused === null && client.connected));
  return promise;
}
