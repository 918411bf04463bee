import { selfSigned } from '@device-lifecycle/test-kit/certificates.ts';
import { ARN } from '@device-lifecycle/test-kit/fake-registry.ts';
import { describe, expect, it } from '@jest/globals';
import type { IClientOptions, MqttClient } from 'mqtt';
import { closed, presenceOf, until } from './broker-harness.ts';
import { devicePolicy, startTlsHarness, type TlsHarness } from './tls-harness.ts';

/**
 * What each kind of client can do, in every combination. Sources, all of the AWS IoT developer guide unless named:
 * - certificates that are not ACTIVE: API reference, UpdateCertificate; not registered, expired or absent: "X.509
 *   client certificates". They end with the handshake, before MQTT.
 * - client ids and attachment: "Thing policy variables", "Connect policy examples"; the connection ends without a
 *   CONNACK, and "Lifecycle events" tells of a failed connection.
 * - topics: "Publish/Subscribe policy examples", "AWS IoT Core policy actions"; what is not allowed to be published or
 *   subscribed to closes the connection (aws/aws-iot-device-sdk-js#125), what is not allowed to be received is not
 *   delivered.
 * - reserved topics: "Reserved topics", "Basic Ingest".
 */
type Outcome = 'done' | 'connection closed' | 'not delivered' | 'refused at CONNECT' | 'turned away by TLS';

const identities: Readonly<Record<string, (harness: TlsHarness) => Promise<IClientOptions>>> = {
  'active certificate': async ({ as, enrol }) => as('d1', await enrol('d1', policy)),
  'inactive certificate': async ({ as, enrol, registry }) => {
    const certificate = await enrol('d1', policy);
    registry.setStatus(certificate.certificateId, 'INACTIVE');
    return as('d1', certificate);
  },
  'revoked certificate': async ({ as, enrol, registry }) => {
    const certificate = await enrol('d1', policy);
    registry.setStatus(certificate.certificateId, 'REVOKED');
    return as('d1', certificate);
  },
  'unattached certificate': async ({ as, enrol, registry }) => {
    const certificate = await enrol('d1', policy);
    registry.detach(certificate.certificateId, 'd1');
    return as('d1', certificate);
  },
  "other's client id": async ({ as, enrol }) => as('d2', await enrol('d1', policy)),
  'no certificate': async ({ as }) => as('d1'),
  'foreign CA': async ({ as }) => as('d1', await selfSigned('CN=d1')),
  'expired certificate': async ({ as, registry }) => {
    const certificate = await selfSigned('CN=d1', { notAfter: new Date(Date.now() - 1000) });
    registry.setStatus(certificate.certificateId, 'ACTIVE');
    registry.setPolicies(certificate.certificateId, policy);
    registry.attach(certificate.certificateId, 'd1');
    return as('d1', certificate);
  },
};

/**
 * The policy of devices, and for the column "receive" filters that go beyond what may be received: else nothing could
 * come that iot:Receive would have to keep back.
 */
const policy: readonly object[] = [
  ...devicePolicy,
  {
    Effect: 'Allow',
    Action: 'iot:Subscribe',
    Resource: ['wide/#', 'devices/d2/news', '#', '$aws/events/presence/connected/+'].map(
      (filter) => `${ARN}topicfilter/${filter}`,
    ),
  },
];

interface Topic {
  readonly publish: string;
  readonly subscribe: string;
  /** What is subscribed to, and a topic on which a message comes then. */
  readonly receive: readonly [filter: string, topic: string];
}

const topics: Readonly<Record<string, Topic>> = {
  'own topic': {
    publish: 'devices/d1/x',
    subscribe: 'devices/d1/+',
    receive: ['devices/d1/+', 'devices/d1/news'],
  },
  "other's topic": {
    publish: 'devices/d2/x',
    subscribe: 'devices/d2/x',
    receive: ['devices/d2/news', 'devices/d2/news'],
  },
  wildcard: { publish: 'devices/+/x', subscribe: 'devices/+/x', receive: ['#', 'devices/d2/news'] },
  '$aws topic': {
    publish: '$aws/things/d2/shadow/update',
    subscribe: '$aws/things/d2/shadow/#',
    receive: ['$aws/events/presence/connected/+', '$aws/events/presence/connected/d2'],
  },
  'rule topic': {
    publish: '$aws/rules/register/devices/d2/register',
    subscribe: '$aws/rules/register/#',
    receive: ['#', '$aws/rules/register/devices/d2/register'],
  },
};

type Action = (harness: TlsHarness, client: MqttClient, topic: Topic) => Promise<Outcome>;

const actions: Readonly<Record<string, Action>> = {
  publish: async ({ published }, client, { publish: topic }) => {
    const outcome = await doneOrClosed(client, client.publishAsync(topic, '{}', { qos: 1 }));
    expect(published.some((message) => message.topic === topic)).toBe(outcome === 'done');
    return outcome;
  },
  subscribe: (_harness, client, { subscribe }) =>
    doneOrClosed(client, client.subscribeAsync(subscribe, { qos: 1 })),
  receive: async ({ broker }, client, { receive: [filter, topic] }) => {
    const received: string[] = [];
    client.on('message', (name) => received.push(name));
    await client.subscribeAsync([filter, 'devices/d1/last'], { qos: 1 });
    await broker.publish(topic, Buffer.from('{}'), 1);
    await broker.publish('devices/d1/last', Buffer.from('{}'), 1);
    await until(() => received.includes('devices/d1/last'));
    return received.includes(topic) ? 'done' : 'not delivered';
  },
};

async function doneOrClosed(client: MqttClient, done: Promise<unknown>): Promise<Outcome> {
  const ended = closed(client);
  return Promise.race([
    done.then(
      () => 'done' as const,
      () => ended.then(() => 'connection closed' as const),
    ),
    ended.then(() => 'connection closed' as const),
  ]);
}

async function attempt(identity: string, action: string, topic: string): Promise<Outcome | undefined> {
  const harness = await startTlsHarness();
  const options = await identities[identity]?.(harness);
  const client = harness.dial(options);
  const isConnected = await Promise.race([
    new Promise<boolean>((resolve) => client.once('connect', () => resolve(true))),
    closed(client).then(() => false),
  ]);
  const subject = topics[topic];
  if (isConnected && subject !== undefined) return actions[action]?.(harness, client, subject);
  await until(() => harness.warnings.length > 0);
  const failures = presenceOf(harness.published).map(({ eventType }) => eventType);
  return failures.includes('connect_failed') ? 'refused at CONNECT' : 'turned away by TLS';
}

const beforeConnected: Readonly<Record<string, Outcome>> = {
  'inactive certificate': 'turned away by TLS',
  'revoked certificate': 'turned away by TLS',
  'unattached certificate': 'refused at CONNECT',
  "other's client id": 'refused at CONNECT',
  'no certificate': 'turned away by TLS',
  'foreign CA': 'turned away by TLS',
  'expired certificate': 'turned away by TLS',
};

const whenActive: Readonly<Record<string, Readonly<Record<string, Outcome>>>> = {
  'own topic': { publish: 'done', subscribe: 'done', receive: 'done' },
  "other's topic": { publish: 'connection closed', subscribe: 'connection closed', receive: 'not delivered' },
  wildcard: { publish: 'connection closed', subscribe: 'connection closed', receive: 'not delivered' },
  '$aws topic': { publish: 'connection closed', subscribe: 'connection closed', receive: 'not delivered' },
  'rule topic': { publish: 'connection closed', subscribe: 'connection closed', receive: 'not delivered' },
};

const cells = Object.keys(identities).flatMap((identity) =>
  Object.keys(topics).flatMap((topic) =>
    Object.keys(actions).map((action) => {
      const expected = beforeConnected[identity] ?? whenActive[topic]?.[action];
      return [identity, action, topic, expected] as const;
    }),
  ),
);

describe('the authority of a device', () => {
  it.each(cells)('%s, %s, %s: %s', async (identity, action, topic, expected) => {
    expect(await attempt(identity, action, topic)).toBe(expected);
  });

  it('has a cell for each combination', () => {
    expect(cells).toHaveLength(8 * 3 * 5);
    expect(cells.every(([, , , expected]) => expected !== undefined)).toBe(true);
  });
});
