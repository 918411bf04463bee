import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { caPem } from '@device-lifecycle/test-kit/certificates.ts';
import { ARN } from '@device-lifecycle/test-kit/fake-registry.ts';
import { describe, expect, it } from '@jest/globals';
import type { IClientOptions, MqttClient } from 'mqtt';
import { closed, collect, presenceOf, until } from './broker-harness.ts';
import { devicePolicy, startTlsHarness, type TlsHarness } from './tls-harness.ts';

const allow = (Action: string | string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource: Resource === '*' ? '*' : `${ARN}${Resource}`,
  ...(Condition === undefined ? {} : { Condition }),
});

/** Dials, and tells whether it got in. */
async function dialIn({ dial }: TlsHarness, options: IClientOptions): Promise<boolean> {
  const client = dial(options);
  return Promise.race([
    new Promise<boolean>((resolve) => client.once('connect', () => resolve(true))),
    closed(client).then(() => false),
  ]);
}

const will = (topic: string, retain = false) => ({
  will: { topic, payload: Buffer.from('gone'), qos: 1 as const, retain },
});

describe('iot:Connect (developer guide, "AWS IoT Core policy actions", "Lifecycle events")', () => {
  it('refuses another client id: the connection is closed, an event and an entry say so', async () => {
    const harness = await startTlsHarness();
    const certificate = await harness.enrol('d1');
    expect(await dialIn(harness, harness.as('d2', certificate))).toBe(false);
    await until(() => harness.published.length > 0);

    const principal = certificate.certificateId;
    expect(harness.published).toEqual([
      expect.objectContaining({ topic: '$aws/events/presence/connect_failed/d2' }),
    ]);
    expect(presenceOf(harness.published)).toEqual([
      {
        clientId: 'd2',
        timestamp: expect.any(Number),
        eventType: 'connect_failed',
        sessionIdentifier: expect.any(String),
        principalIdentifier: principal,
        ipAddress: '127.0.0.1',
        connectFailureReason: 'AUTHORIZATION_FAILED',
      },
    ]);
    expect(harness.entries).toEqual([
      {
        logLevel: 'ERROR',
        status: 'Failure',
        eventType: 'Connect',
        protocol: 'MQTT',
        clientId: 'd2',
        principalId: principal,
        sourceIp: '127.0.0.1',
        sourcePort: expect.any(Number),
        reason: 'AUTHORIZATION_FAILURE',
        details: `iot:Connect on ${ARN}client/d2: its policies do not allow it`,
      },
    ]);
    expect(harness.warnings).toEqual([
      `The MQTT client d2 was disconnected: iot:Connect on ${ARN}client/d2: its policies do not allow it`,
    ]);
  });

  it('does not let a client that it refuses evict the owner of the client id', async () => {
    const harness = await startTlsHarness();
    const owner = await harness.connect(harness.as('d1', await harness.enrol('d1')));
    expect(await dialIn(harness, harness.as('d1', await harness.enrol('d2')))).toBe(false);
    await owner.publishAsync('devices/d1/heartbeat', '{}', { qos: 1 });
    expect(owner.connected).toBe(true);
  });

  it.each([
    ['its own topic', 'devices/d1/will', false, true],
    ["another's topic", 'devices/d2/will', false, false],
    ['its own topic, retained, without iot:RetainPublish', 'devices/d1/will', true, false],
  ])('with a last will on %s', async (_, topic, retain, isAllowed) => {
    const harness = await startTlsHarness();
    const options = harness.as('d1', await harness.enrol('d1'));
    expect(await dialIn(harness, { ...options, ...will(topic, retain) })).toBe(isAllowed);
    await until(() => presenceOf(harness.published).length > 0);
    expect(presenceOf(harness.published)[0]).toMatchObject({
      eventType: isAllowed ? 'connected' : 'connect_failed',
    });
  });

  it.each<[string, object, boolean]>([
    ['a clean session only', { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': [] } }, false],
    [
      'a persistent session',
      { 'ForAnyValue:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } },
      true,
    ],
    ['a last will', { 'ForAnyValue:StringEquals': { 'iot:ConnectAttributes': ['LastWill'] } }, true],
    ['that last will', { ArnEquals: { 'iot:LastWillTopic': `${ARN}topic/wills/\${iot:ClientId}` } }, true],
    ['another last will', { ArnEquals: { 'iot:LastWillTopic': `${ARN}topic/wills/d2` } }, false],
    ['an address', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, true],
    ['another address', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, false],
    ['the host', { StringEquals: { 'iot:DomainName': 'localhost' } }, true],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }, true],
    ['the time', { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, false],
    ['epoch seconds', { NumericGreaterThan: { 'aws:EpochTime': '1577836800' } }, true],
    ['an attribute', { StringEquals: { 'iot:Connection.Thing.Attributes[site]': 'berlin' } }, true],
    ['another attribute', { StringEquals: { 'iot:Connection.Thing.Attributes[floor]': '1' } }, false],
    ["the certificate's subject", { StringEquals: { 'iot:Certificate.Subject.CommonName': 'd1' } }, true],
  ])('on condition of %s', async (_, condition, isAllowed) => {
    const harness = await startTlsHarness();
    const certificate = await harness.enrol('d1', [
      allow('iot:Connect', 'client/d1', condition),
      allow('iot:Publish', 'topic/wills/*'),
    ]);
    harness.registry.setAttributes('d1', { site: 'berlin' });
    const options = { ...harness.as('d1', certificate), ...will('wills/d1'), clean: false };
    expect(await dialIn(harness, options)).toBe(isAllowed);
  });
});

describe('iot:Publish and iot:RetainPublish', () => {
  async function publishAndClose(client: MqttClient, topic: string, retain: boolean): Promise<boolean> {
    let isAcknowledged = false;
    client.publish(topic, '{}', { qos: 1, retain }, (error) => {
      isAcknowledged = error === undefined || error === null;
    });
    await closed(client);
    return isAcknowledged;
  }

  it('close the connection of a client that publishes what it may not, and hand nothing on', async () => {
    const { as, enrol, connect, published, entries, warnings } = await startTlsHarness();
    const certificate = await enrol('d1');
    const client = await connect(as('d1', certificate));
    const heard = await collect(await connect(as('d2', await enrol('d2'))), 'devices/d2/#');
    expect(await publishAndClose(client, 'devices/d2/heartbeat', false)).toBe(false);
    await until(() => presenceOf(published).length === 3);

    expect(presenceOf(published).at(-1)).toMatchObject({
      clientId: 'd1',
      eventType: 'disconnected',
      disconnectReason: 'AUTH_ERROR',
      clientInitiatedDisconnect: false,
    });
    expect(published.filter(({ topic }) => topic.startsWith('devices/'))).toEqual([]);
    expect(heard).toEqual([]);
    expect(entries.filter(({ status }) => status === 'Failure')).toMatchObject([
      {
        eventType: 'Publish-In',
        topicName: 'devices/d2/heartbeat',
        principalId: certificate.certificateId,
        reason: 'AUTHORIZATION_FAILURE',
      },
    ]);
    expect(warnings).toEqual([
      `The MQTT client d1 was disconnected: iot:Publish on ${ARN}topic/devices/d2/heartbeat: its policies do not allow it`,
    ]);
  });

  it('are both needed to retain a message', async () => {
    const { as, enrol, connect, registry } = await startTlsHarness();
    const certificate = await enrol('d1');
    const first = await connect(as('d1', certificate));
    expect(await publishAndClose(first, 'devices/d1/state', true)).toBe(false);

    registry.setPolicies(certificate.certificateId, devicePolicy, [
      allow('iot:RetainPublish', 'topic/devices/d1/state'),
    ]);
    const second = await connect(as('d1', certificate));
    await second.publishAsync('devices/d1/state', '{}', { qos: 1, retain: true });
    expect(await publishAndClose(second, 'devices/d1/other', true)).toBe(false);
  });

  it('take Basic Ingest by the whole topic', async () => {
    const { as, enrol, connect, published } = await startTlsHarness();
    const policy = [
      allow('iot:Connect', 'client/d1'),
      allow('iot:Publish', 'topic/$aws/rules/register/devices/d1/*'),
    ];
    const client = await connect(as('d1', await enrol('d1', policy)));
    await client.publishAsync('$aws/rules/register/devices/d1/register', '{}', { qos: 1 });
    expect(published.some(({ topic }) => topic === '$aws/rules/register/devices/d1/register')).toBe(true);
    expect(await publishAndClose(client, '$aws/rules/other/devices/d1/register', false)).toBe(false);
  });
});

describe('iot:Subscribe and iot:Receive', () => {
  it('close the connection of a client that subscribes to what it may not (aws-iot-device-sdk-js#125)', async () => {
    const { as, enrol, connect, published } = await startTlsHarness();
    const client = await connect(as('d1', await enrol('d1')));
    const subscribed = client.subscribeAsync('devices/+/heartbeat', { qos: 1 });
    await expect(subscribed).rejects.toThrow();
    await until(() => presenceOf(published).length === 2);
    expect(presenceOf(published).at(-1)).toMatchObject({ disconnectReason: 'AUTH_ERROR' });
  });

  it('keep back, message by message, what a client may not receive, and keep it connected', async () => {
    const { as, enrol, connect, broker, registry } = await startTlsHarness();
    const certificate = await enrol('d1', [
      ...devicePolicy,
      allow('iot:Subscribe', 'topicfilter/devices/+/news'),
    ]);
    const client = await connect(as('d1', certificate));
    const received = await collect(client, 'devices/+/news');
    const publish = (topic: string) => broker.publish(topic, Buffer.from('x'), 1);
    await publish('devices/d2/news');
    await publish('devices/d1/news');
    await until(() => received.length === 1);
    expect(received).toEqual([['devices/d1/news', 'x']]);

    // "you can use it to revoke permissions from clients that are currently subscribed"
    registry.setPolicies(certificate.certificateId, [
      ...devicePolicy,
      { Effect: 'Deny', Action: 'iot:Receive', Resource: `${ARN}topic/devices/d1/news` },
    ]);
    await client.subscribeAsync('devices/d1/other', { qos: 1 });
    await publish('devices/d1/news');
    await publish('devices/d1/other');
    await until(() => received.length === 2);
    expect(received.at(-1)).toEqual(['devices/d1/other', 'x']);
  });

  it('do not give back a subscription of a persistent session that is not allowed any longer', async () => {
    const { as, enrol, connect, broker, registry } = await startTlsHarness();
    const certificate = await enrol('d1', [allow('iot:*', '*')]);
    const options = { ...as('d1', certificate), clean: false };
    const first = await connect(options);
    await first.subscribeAsync(['devices/d2/news', 'devices/d1/news'], { qos: 1 });
    await first.endAsync();
    registry.setPolicies(certificate.certificateId, devicePolicy);

    const second = await connect(options);
    const received: string[] = [];
    second.on('message', (topic) => received.push(topic));
    await broker.publish('devices/d2/news', Buffer.from('x'), 1);
    await broker.publish('devices/d1/news', Buffer.from('x'), 1);
    await until(() => received.length > 0);
    expect(received).toEqual(['devices/d1/news']);
  });
});

/** MQTT 3.1.1 packets, each shorter than 128 bytes. */
const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
const packet = (type: number, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type, body.length]), body]);
};
const connectPacket = (clientId: string) =>
  packet(0x10, text('MQTT'), Buffer.from([4, 2, 0, 60]), text(clientId));
const publishPacket = (topic: string) => packet(0x30, text(topic), Buffer.from('{}'));
const subscribePacket = (filter: string) => packet(0x82, Buffer.from([0, 1]), text(filter), Buffer.from([0]));

describe('packets that come along with the CONNECT', () => {
  const CONNACK = Buffer.from([0x20, 2, 0, 0]);

  async function send(harness: TlsHarness, ...packets: Buffer[]): Promise<Buffer> {
    const { cert, key } = await harness.enrol('d1');
    const socket = connectTls({ port: harness.broker.port, host: 'localhost', ca: await caPem(), cert, key });
    const received: Buffer[] = [];
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => received.push(chunk));
    socket.write(Buffer.concat(packets));
    await once(socket, 'close');
    return Buffer.concat(received);
  }

  it('are not handed on when it is refused', async () => {
    const harness = await startTlsHarness();
    const sent = [connectPacket('d2'), publishPacket('devices/d1/x'), publishPacket('devices/d2/x')];
    expect(await send(harness, ...sent)).toEqual(Buffer.alloc(0));
    expect(harness.published.map(({ topic }) => topic)).toEqual(['$aws/events/presence/connect_failed/d2']);
  });

  it.each([
    ['a message', publishPacket('devices/d2/x')],
    ['a subscription', subscribePacket('devices/d2/#')],
  ])('are judged as others are: %s', async (_, refused) => {
    const harness = await startTlsHarness();
    expect(await send(harness, connectPacket('d1'), refused)).toEqual(CONNACK);
    await until(() => presenceOf(harness.published).length === 2);
    expect(harness.published.map(({ topic }) => topic)).toEqual([
      '$aws/events/presence/connected/d1',
      '$aws/events/presence/disconnected/d1',
    ]);
  });

  it('can be what is allowed', async () => {
    const harness = await startTlsHarness();
    const sent = [connectPacket('d1'), publishPacket('devices/d1/x'), publishPacket('devices/d2/x')];
    expect(await send(harness, ...sent)).toEqual(CONNACK);
    expect(harness.published.some(({ topic }) => topic === 'devices/d1/x')).toBe(true);
    expect(harness.published.some(({ topic }) => topic === 'devices/d2/x')).toBe(false);
  });

  it('are not handed on without one', async () => {
    const harness = await startTlsHarness();
    expect(await send(harness, publishPacket('devices/d1/x'))).toEqual(Buffer.alloc(0));
    expect(harness.published).toEqual([]);
  });
});

describe('a change in the registry (API reference, UpdateCertificate)', () => {
  it.each<[string, (harness: TlsHarness, certificateId: string) => void]>([
    ['is INACTIVE', ({ registry }, id) => registry.setStatus(id, 'INACTIVE')],
    ['is REVOKED', ({ registry }, id) => registry.setStatus(id, 'REVOKED')],
    ['is deleted', ({ registry }, id) => registry.remove(id)],
    ['is detached from its thing', ({ registry }, id) => registry.detach(id, 'd1')],
    ['has no policy any longer', ({ registry }, id) => registry.setPolicies(id)],
  ])('drops the session of a certificate that %s', async (_, change) => {
    const harness = await startTlsHarness();
    const certificate = await harness.enrol('d1');
    const other = await harness.connect(harness.as('d2', await harness.enrol('d2')));
    const client = await harness.connect({ ...harness.as('d1', certificate), ...will('devices/d1/will') });
    change(harness, certificate.certificateId);
    await closed(client);
    await until(() => presenceOf(harness.published).length === 3);

    expect(presenceOf(harness.published).at(-1)).toMatchObject({
      clientId: 'd1',
      eventType: 'disconnected',
      disconnectReason: 'AUTH_ERROR',
    });
    expect(harness.entries.at(-1)).toMatchObject({ eventType: 'Disconnect', disconnectReason: 'AUTH_ERROR' });
    expect(await dialIn(harness, harness.as('d1', certificate))).toBe(false);
    await other.publishAsync('devices/d2/heartbeat', '{}', { qos: 1 });
  });

  it('publishes the last will of a session that it drops (guide, "Lifecycle events", AUTH_ERROR)', async () => {
    const { as, enrol, connect, registry, published } = await startTlsHarness();
    const certificate = await enrol('d1');
    await connect({ ...as('d1', certificate), ...will('devices/d1/will') });
    registry.setStatus(certificate.certificateId, 'INACTIVE');
    await until(() => published.some(({ topic }) => topic === 'devices/d1/will'));
  });

  it('drops every session of the certificate', async () => {
    const { as, enrol, connect, registry } = await startTlsHarness();
    const certificate = await enrol('d1', [allow('iot:*', '*')]);
    const clients = [await connect(as('a', certificate)), await connect(as('b', certificate))];
    const ended = Promise.all(clients.map(closed));
    registry.setStatus(certificate.certificateId, 'INACTIVE');
    await ended;
  });

  it('lets the same certificate in again once it is ACTIVE again', async () => {
    const harness = await startTlsHarness();
    const certificate = await harness.enrol('d1');
    harness.registry.setStatus(certificate.certificateId, 'INACTIVE');
    expect(await dialIn(harness, harness.as('d1', certificate))).toBe(false);
    harness.registry.setStatus(certificate.certificateId, 'ACTIVE');
    expect(await dialIn(harness, harness.as('d1', certificate))).toBe(true);
  });

  it('leaves a session alone that is still allowed, and holds from its next request on', async () => {
    const { as, enrol, connect, registry } = await startTlsHarness();
    const certificate = await enrol('d1');
    const client = await connect(as('d1', certificate));
    registry.setPolicies(certificate.certificateId, [
      allow('iot:Connect', 'client/d1'),
      allow('iot:Publish', 'topic/devices/d1/new'),
    ]);
    await client.publishAsync('devices/d1/new', '{}', { qos: 1 });
    client.publish('devices/d1/heartbeat', '{}', { qos: 1 });
    await closed(client);
  });
});
