import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { caPem, issued, selfSigned } from '@device-lifecycle/test-kit/certificates.ts';
import { describe, expect, it } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { closed, presenceOf, until } from './broker-harness.ts';
import { startTlsHarness } from './tls-harness.ts';

/** Whether a client was let in; it is closed when it was not. */
async function isLetIn(client: MqttClient): Promise<boolean> {
  return Promise.race([
    new Promise<boolean>((resolve) => client.once('connect', () => resolve(true))),
    closed(client).then(() => false),
  ]);
}

describe('the handshake (developer guide, "X.509 client certificates")', () => {
  it("shows the laptop's certificate for localhost and 127.0.0.1, and lets an active certificate in", async () => {
    const { as, enrol, dial } = await startTlsHarness();
    const certificate = await enrol('d1');
    expect(await isLetIn(dial(as('d1', certificate)))).toBe(true);
    expect(await isLetIn(dial({ ...as('d1', certificate), host: '127.0.0.1' }))).toBe(true);
  });

  it('lets in certificates of its own CA too', async () => {
    const { as, dial, registry, enrol } = await startTlsHarness();
    const { certificateId } = await enrol('d1');
    const own = await issued();
    registry.setStatus(own.certificateId, 'ACTIVE');
    registry.setPolicies(own.certificateId, [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }]);
    expect(certificateId).not.toBe(own.certificateId);
    expect(await isLetIn(dial(as('anything', own)))).toBe(true);
  });

  it.each(['INACTIVE', 'REVOKED', 'PENDING_TRANSFER', 'PENDING_ACTIVATION', 'REGISTER_INACTIVE'] as const)(
    'turns a certificate away that is %s, without a CONNACK or an event',
    async (status) => {
      const { as, enrol, dial, registry, published, warnings } = await startTlsHarness();
      const certificate = await enrol('d1');
      registry.setStatus(certificate.certificateId, status);
      expect(await isLetIn(dial(as('d1', certificate)))).toBe(false);
      await until(() => warnings.length > 0);
      expect(warnings).toEqual([expect.stringContaining(`${certificate.certificateId} is ${status}`)]);
      expect(published).toEqual([]);
    },
  );

  it.each([
    ['no certificate', async () => undefined, 'it has no certificate'],
    ['one that nobody has registered', () => selfSigned(), 'is not registered'],
  ])('turns a client away that shows %s', async (_, make, reason) => {
    const { as, dial, warnings } = await startTlsHarness();
    expect(await isLetIn(dial(as('d1', await make())))).toBe(false);
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    ['has expired', { notAfter: new Date(Date.now() - 1000) }],
    ['is not valid yet', { notBefore: new Date(Date.now() + 60_000) }],
  ])('turns a certificate away that %s', async (reason, validity) => {
    const { as, dial, registry, warnings } = await startTlsHarness();
    const certificate = await selfSigned('CN=d1', validity);
    registry.setStatus(certificate.certificateId, 'ACTIVE');
    expect(await isLetIn(dial(as('d1', certificate)))).toBe(false);
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
  });

  // CONNECT of MQTT 3.1.1 with the client id "a".
  const CONNECT = Buffer.from('100d00044d5154540402003c000161', 'hex');

  it('sends not one byte of MQTT to a client that it turns away, and does not reset its connection', async () => {
    const { broker } = await startTlsHarness();
    const socket = connectTls({ port: broker.port, host: 'localhost', ca: await caPem() });
    const received: Buffer[] = [];
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error)).on('data', (chunk: Buffer) => received.push(chunk));
    socket.write(CONNECT);
    await once(socket, 'close');
    expect([...received, ...errors]).toEqual([]);
  });

  it('ends the connection of a client that will not go', async () => {
    const { broker, published } = await startTlsHarness();
    const stubborn = { allowHalfOpen: true };
    const socket = connectTls({ port: broker.port, host: 'localhost', ca: await caPem(), ...stubborn });
    socket.on('error', () => undefined).resume();
    const writing = setInterval(() => socket.write(CONNECT), 20);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(writing);
    expect(published).toEqual([]);
  });
});

describe('the TLS listener (developer guide, "Transport security", "Device communication protocols")', () => {
  async function handshake(port: number, options: ConnectionOptions): Promise<TLSSocket | undefined> {
    const socket = connectTls({ port, host: 'localhost', ca: await caPem(), ...options });
    socket.on('error', () => undefined);
    const done = await Promise.race([
      new Promise<boolean>((resolve) => socket.once('secureConnect', () => resolve(true))),
      new Promise<boolean>((resolve) => socket.once('close', () => resolve(false))),
    ]);
    socket.destroy();
    return done ? socket : undefined;
  }

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    const { as, enrol, dial } = await startTlsHarness();
    const certificate = await enrol('d1');
    expect(
      await isLetIn(dial({ ...as('d1', certificate), ...{ minVersion: version, maxVersion: version } })),
    ).toBe(true);
  });

  it('does not speak TLS 1.1', async () => {
    const { broker } = await startTlsHarness();
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    expect(await handshake(broker.port, old)).toBeUndefined();
  });

  it.each([
    [['x-amzn-mqtt-ca'], true],
    [['mqtt'], true],
    [['x-amzn-http-ca'], false],
  ])('with the protocols %j of ALPN: %p', async (ALPNProtocols, isAccepted) => {
    const { broker, enrol } = await startTlsHarness();
    const { cert, key } = await enrol('d1');
    const socket = await handshake(broker.port, { ALPNProtocols, cert, key });
    expect(socket !== undefined).toBe(isAccepted);
    if (isAccepted) expect(socket?.alpnProtocol).toBe(ALPNProtocols[0]);
  });

  it.each(['TLSv1.2', 'TLSv1.3'])(
    'knows the certificate of a session of %s that is resumed, and judges it again',
    async (maxVersion) => {
      const { as, enrol, dial, registry } = await startTlsHarness();
      const certificate = await enrol('d1');
      const first = dial({ ...as('d1', certificate), ...{ maxVersion } });
      const [session] = await once(first.stream, 'session');
      const resume = () => dial({ ...as('d1', certificate), ...{ maxVersion, session } });
      const resumed = resume();
      expect(await isLetIn(resumed)).toBe(true);
      expect((resumed.stream as TLSSocket).isSessionReused()).toBe(true);
      registry.setStatus(certificate.certificateId, 'INACTIVE');
      expect(await isLetIn(resume())).toBe(false);
    },
  );

  it('turns a client away that speaks MQTT without TLS, and says what to do', async () => {
    const { broker, warnings } = await startTlsHarness();
    const socket = connectSocket(broker.port, '127.0.0.1').on('error', () => undefined);
    socket.write(Buffer.from('100d00044d5154540402003c000161', 'hex'));
    await once(socket.resume(), 'close');
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([expect.stringContaining('connect with TLS')]);
  });

  it('ends connections that are in their handshake when it is closed', async () => {
    const { broker } = await startTlsHarness();
    const socket = connectSocket(broker.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    const ended = once(socket.resume(), 'close');
    await broker.close();
    await ended;
  });
});

describe('who is connected', () => {
  it('is told to rules, in presence events and in the log by the id of its certificate', async () => {
    const { as, enrol, connect, published, entries } = await startTlsHarness();
    const certificate = await enrol('d1');
    const principalId = certificate.certificateId;
    const client = await connect(as('d1', certificate));
    await client.publishAsync('devices/d1/heartbeat', '{}', { qos: 1 });
    await client.endAsync();
    await until(() => presenceOf(published).length === 2);

    expect(published.find(({ topic }) => topic === 'devices/d1/heartbeat')).toEqual({
      topic: 'devices/d1/heartbeat',
      payload: Buffer.from('{}'),
      qos: 1,
      clientId: 'd1',
      principal: principalId,
      sourceIp: '127.0.0.1',
      traceId: expect.any(String),
    });
    expect(presenceOf(published)).toEqual([
      expect.objectContaining({
        eventType: 'connected',
        principalIdentifier: principalId,
        ipAddress: '127.0.0.1',
      }),
      expect.objectContaining({ eventType: 'disconnected', principalIdentifier: principalId }),
    ]);
    expect(presenceOf(published)[0]).not.toHaveProperty('thingName');
    expect(entries.map((entry) => [entry.eventType, entry.principalId])).toEqual([
      ['Connect', principalId],
      ['Publish-In', principalId],
      ['Disconnect', principalId],
    ]);
  });

  it('has a thing under any client id when the certificate is its alone (guide, "Exclusive thing")', async () => {
    const { as, enrol, connect, dial, registry, published } = await startTlsHarness();
    const { certificateId, ...certificate } = await enrol('elsewhere', [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iot:Publish',
        Resource: 'arn:aws:iot:*:*:topic/devices/${iot:Connection.Thing.ThingName}/x',
      },
    ]);
    registry.detach(certificateId, 'elsewhere');
    registry.attach(certificateId, 't1', 'EXCLUSIVE_THING');
    const client = await connect(as('any-id', { certificateId, ...certificate }));
    await client.publishAsync('devices/t1/x', '{}', { qos: 1 });
    await until(() => presenceOf(published).length === 1);
    expect(presenceOf(published)).toEqual([expect.objectContaining({ clientId: 'any-id', thingName: 't1' })]);
    expect(published.find(({ topic }) => topic === 'devices/t1/x')).not.toHaveProperty('thingName');

    client.publish('devices/any-id/x', '{}');
    await closed(client);
    expect(await isLetIn(dial(as('t1', { certificateId, ...certificate })))).toBe(true);
  });
});
