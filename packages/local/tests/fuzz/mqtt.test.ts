import { randomUUID } from 'node:crypto';
import { type EventEmitter, once } from 'node:events';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import {
  caPem,
  endpointCertificate,
  issued,
  type TestCertificate,
} from '@device-lifecycle/test-kit/certificates.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mqtt, { type MqttClient } from 'mqtt';
import { systemClock } from '../../src/clock.ts';
import type { MqttMessage } from '../../src/contracts.ts';
import { type Broker, startBroker } from '../../src/mqtt/broker.ts';
import { ACCOUNT_ID, certificateOfAnybody, REGION, registryOfAnybody } from '../mqtt/anybody.ts';
import { conversation, pingreq } from './mqtt-packets.ts';

const ARN = `arn:aws:iot:${REGION}:${ACCOUNT_ID}:`;
/** What the policy of devices gives, for a device called evil. */
const EVIL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'iot:Connect', Resource: `${ARN}client/evil*` },
    {
      Effect: 'Allow',
      Action: ['iot:Publish', 'iot:RetainPublish', 'iot:Receive'],
      Resource: `${ARN}topic/devices/evil/*`,
    },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: `${ARN}topicfilter/devices/evil/*` },
  ],
});

let broker: Broker;
let victim: MqttClient;
let evil: TestCertificate;
let evilId: string;
const published: MqttMessage[] = [];
const errors: string[] = [];
const crashes: unknown[] = [];
const note = (error: unknown) => void crashes.push(error);

beforeAll(async () => {
  const registry = await registryOfAnybody();
  evil = await issued();
  const made = registry.certificates.add({
    certificatePem: evil.cert,
    status: 'ACTIVE',
    certificateMode: 'DEFAULT',
  });
  evilId = made.certificateId;
  registry.policies.create('evil', EVIL);
  registry.policies.attach('evil', made.certificateArn);
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (text: string) => void errors.push(text),
  };
  broker = await startBroker({
    port: 0,
    certificate: await endpointCertificate(),
    registry,
    region: REGION,
    accountId: ACCOUNT_ID,
    clock: systemClock,
    log,
    onPublish: async (message) => void published.push(message),
  });
  const { cert, key } = await certificateOfAnybody();
  const place = {
    protocol: 'mqtts',
    host: 'localhost',
    port: broker.port,
    ca: await caPem(),
    cert,
    key,
  } as const;
  victim = await mqtt.connectAsync({ ...place, clientId: 'victim', reconnectPeriod: 0 });
  await victim.subscribeAsync('devices/victim/#', { qos: 0 });
  process.on('unhandledRejection', note).on('uncaughtException', note);
});

afterAll(async () => {
  process.off('unhandledRejection', note).off('uncaughtException', note);
  await victim.endAsync(true);
  await broker.close();
});

/** The victim tells itself something, and hears of it: the broker has done all that came before. */
async function echo(): Promise<string> {
  const secret = randomUUID();
  const heard = once(victim as unknown as EventEmitter, 'message');
  await victim.publishAsync('devices/victim/secret', secret);
  const [topic, payload] = (await heard) as [string, Buffer];
  expect([topic, payload.toString()]).toEqual(['devices/victim/secret', secret]);
  return secret;
}

async function openSocket(): Promise<{ socket: TLSSocket; received: Buffer[] }> {
  const socket = connectTls({
    host: 'localhost',
    port: broker.port,
    ca: await caPem(),
    cert: evil.cert,
    key: evil.key,
  });
  const received: Buffer[] = [];
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => received.push(chunk));
  await once(socket.setNoDelay(), 'secureConnect');
  return { socket, received };
}

function assertWithinPolicy(messages: readonly MqttMessage[]): void {
  for (const { topic, payload } of messages) {
    expect(topic).toMatch(/^devices\/evil\//);
    expect(topic).not.toMatch(/[+#\0]/);
    expect(topic.split('/').length).toBeLessThanOrEqual(8);
    expect(Buffer.byteLength(topic)).toBeLessThanOrEqual(256);
    expect(payload.length).toBeLessThanOrEqual(128 * 1024);
  }
}

describe(`the broker (TEST_SEED=${TEST_SEED})`, () => {
  it('lets nobody do more than policies allow, whatever is sent, and serves everybody else', async () => {
    const tally = await fuzz('runtime/mqtt', conversation, async (packets) => {
      const { socket, received } = await openSocket();
      socket.write(Buffer.concat([...packets, pingreq]));
      await echo();
      const secret = await echo();
      const taken = published.splice(0).filter(({ principal }) => principal === evilId);
      assertWithinPolicy(taken);
      const heard = Buffer.concat(received);
      expect(heard.includes(secret)).toBe(false);
      socket.destroy();
      expect([errors.splice(0), crashes.splice(0), victim.connected]).toEqual([[], [], true]);
      if (taken.length > 0) return 'published';
      return heard.length === 0 ? 'cut off at once' : 'connected';
    });
    expect(Object.keys(tally).toSorted()).toEqual(['connected', 'cut off at once', 'published']);
  });
});
