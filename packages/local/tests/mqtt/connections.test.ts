import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { closed, collect, presenceOf, startHarness, until } from './broker-harness.ts';

describe('a connection', () => {
  it('is announced when it opens and when it ends, with one session and version', async () => {
    const { connect, published } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    await device.endAsync();
    await until(() => presenceOf(published).length === 2);

    const [connected, disconnected] = presenceOf(published);
    expect(published.map(({ topic }) => topic)).toEqual([
      '$aws/events/presence/connected/d1',
      '$aws/events/presence/disconnected/d1',
    ]);
    expect(published[0]).not.toHaveProperty('clientId');
    expect(connected).toMatchObject({ eventType: 'connected', versionNumber: 0, ipAddress: '127.0.0.1' });
    expect(disconnected).toMatchObject({
      eventType: 'disconnected',
      versionNumber: 0,
      sessionIdentifier: connected?.['sessionIdentifier'],
      clientInitiatedDisconnect: true,
      disconnectReason: 'CLIENT_INITIATED_DISCONNECT',
    });
  });

  it('is announced to subscribers too', async () => {
    const { connect } = await startHarness();
    const received = await collect(await connect({ clientId: 'watcher' }), '$aws/events/presence/+/d1');
    await connect({ clientId: 'd1' });
    await until(() => received.length === 1);

    expect(received[0]?.[0]).toBe('$aws/events/presence/connected/d1');
  });

  it('is evicted by another with its client id, and announced in order', async () => {
    // The first event takes longest: the others must wait for it.
    const { connect } = await startHarness({
      onPublish: ({ payload }) => delay(payload.includes('"versionNumber":0') ? 40 : 0),
    });
    const received = await collect(await connect({ clientId: 'watcher' }), '$aws/events/presence/+/d1');
    const first = await connect({ clientId: 'd1' });
    const evicted = closed(first);
    const second = await connect({ clientId: 'd1' });
    await evicted;
    await until(() => received.length === 3);

    expect(received.map(([, event]) => JSON.parse(event))).toMatchObject([
      { eventType: 'connected', versionNumber: 0 },
      {
        eventType: 'disconnected',
        versionNumber: 0,
        disconnectReason: 'DUPLICATE_CLIENTID',
        clientInitiatedDisconnect: false,
      },
      { eventType: 'connected', versionNumber: 1 },
    ]);
    expect(second.connected).toBe(true);
  });

  it('that breaks is lost', async () => {
    const { connect, published } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    device.stream.destroy();
    await until(() => presenceOf(published).length === 2);

    expect(presenceOf(published)[1]).toMatchObject({
      disconnectReason: 'CONNECTION_LOST',
      clientInitiatedDisconnect: false,
    });
  });

  it('ends when nothing comes for longer than its keep-alive', async () => {
    const { socket, published } = await startHarness({ keepAlive: { min: 1, max: 1200 } });
    const silent = await socket();
    // CONNECT, MQTT 3.1.1, clean session, keep-alive 1 s, client id d1.
    silent.write(Buffer.from('100e00044d51545404020001000264' + '31', 'hex'));
    await once(silent, 'close');
    await until(() => presenceOf(published).length === 2);

    expect(presenceOf(published)[1]).toMatchObject({ disconnectReason: 'MQTT_KEEP_ALIVE_TIMEOUT' });
  });

  it('has no presence events when its client id would make a wildcard of them', async () => {
    const { connect, published } = await startHarness();
    await (await connect({ clientId: 'a+b' })).endAsync();
    await (await connect({ clientId: 'c' })).endAsync();
    await until(() => presenceOf(published).length === 2);

    expect(presenceOf(published).map(({ clientId }) => clientId)).toEqual(['c', 'c']);
  });

  it('without a client id gets one of its own', async () => {
    const { connect, published } = await startHarness();
    await connect({ clientId: '', clean: true });
    await connect({ clientId: '', clean: true });
    await until(() => presenceOf(published).length === 2);

    const [first, second] = presenceOf(published).map(({ clientId }) => clientId);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });
});

describe('a connection is closed', () => {
  it.each([
    ['a payload of more than 128 KB', 'a', 131_073, 'CLIENT_ERROR'],
    ['a topic of more than 256 bytes', `${'€'.repeat(85)}ab`, 1, 'CLIENT_ERROR'],
    ['a topic of more than 7 slashes', 'a/b/c/d/e/f/g/h/i', 1, 'CLIENT_ERROR'],
    ['a presence event of its own', '$aws/events/presence/connected/d1', 1, 'FORBIDDEN_ACCESS'],
    ['what a shadow answers', '$aws/things/d1/shadow/update/accepted', 1, 'FORBIDDEN_ACCESS'],
    ['a job, which does not run here', '$aws/things/d1/jobs/get', 1, 'FORBIDDEN_ACCESS'],
    ['any other reserved topic', '$internal', 1, 'FORBIDDEN_ACCESS'],
  ])('for publishing %s', async (_, topic, size, disconnectReason) => {
    const { connect, published, warnings } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    device.publish(topic, Buffer.alloc(size), { qos: 1 }, () => undefined);
    await closed(device);
    await until(() => presenceOf(published).length === 2);

    expect(published.filter((message) => message.clientId === 'd1')).toEqual([]);
    expect(presenceOf(published)[1]).toMatchObject({ disconnectReason });
    expect(warnings).toHaveLength(1);
  });

  it('for publishing with QoS 2', async () => {
    const { connect, published } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    device.publish('a', 'x', { qos: 2 }, () => undefined);
    await closed(device);

    expect(published.filter(({ topic }) => topic === 'a')).toEqual([]);
  });

  it.each([
    ['with QoS 2', 'a', 2, 'CLIENT_ERROR'],
    ['to a malformed filter', 'a/b#', 1, 'CLIENT_ERROR'],
    ['to a shared subscription', '$share/group/a', 1, 'FORBIDDEN_ACCESS'],
    ['to Basic Ingest', '$aws/rules/r/a', 1, 'FORBIDDEN_ACCESS'],
    ['to the internals of aedes', '$SYS/#', 1, 'FORBIDDEN_ACCESS'],
    ['to more than 7 slashes', 'a/b/c/d/e/f/g/h/#', 1, 'CLIENT_ERROR'],
  ] as const)('for subscribing %s', async (_, filter, qos, disconnectReason) => {
    const { connect, published } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    const ended = closed(device);
    // The client checks filters itself; the packet goes around that.
    device.stream.write(subscribePacket(filter, qos));

    await ended;
    await until(() => presenceOf(published).length === 2);
    expect(presenceOf(published)[1]).toMatchObject({ disconnectReason });
  });

  it.each([
    ['a client id of more than 128 bytes', { clientId: 'x'.repeat(129) }],
    [
      'a last will on a reserved topic',
      { will: { topic: '$aws/x', payload: Buffer.from(''), qos: 0, retain: false } },
    ],
    ['a last will with QoS 2', { will: { topic: 'a', payload: Buffer.from(''), qos: 2, retain: false } }],
    ['MQTT 5', { protocolVersion: 5 }],
  ] as const)('for connecting with %s', async (_, options) => {
    const { dial, published } = await startHarness();
    const device = dial({ clientId: 'd1', ...options });
    let connected = false;
    device.on('connect', () => {
      connected = true;
    });
    await closed(device);

    expect(connected).toBe(false);
    expect(published).toEqual([]);
  });

  it('with a CONNACK that says so, for MQTT 5', async () => {
    const { socket } = await startHarness();
    const device = await socket();
    const answer = once(device, 'data');
    // CONNECT, MQTT 5, clean start, keep-alive 60 s, no properties, client id d1.
    device.write(Buffer.from('100f00044d5154540502003c0000026431', 'hex'));

    // [MQTT-3.1.2-2]
    expect((await answer)[0]).toEqual(Buffer.from([0x20, 2, 0, 1]));
  });

  it('for MQTT 5, and what to do is said', async () => {
    const { dial, warnings } = await startHarness();
    await closed(dial({ clientId: 'd1', protocolVersion: 5 }));
    await until(() => warnings.length > 0);

    expect(warnings).toEqual([expect.stringMatching(/refused: .+; connect with MQTT 3\.1\.1$/)]);
  });

  it('not for what AWS allows at its limits', async () => {
    const { connect, published } = await startHarness();
    const device = await connect({ clientId: 'x'.repeat(128) });
    const topics = ['€'.repeat(85), 'a/b/c/d/e/f/g/h', '$aws/rules/Rule/a/b/c/d/e/f/g/h'];
    for (const topic of topics) await device.publishAsync(topic, Buffer.alloc(131_072), { qos: 1 });

    expect(published.filter(({ clientId }) => clientId !== undefined).map(({ topic }) => topic)).toEqual(
      topics,
    );
  });
});

function subscribePacket(filter: string, qos: number): Buffer {
  const length = Buffer.byteLength(filter);
  // [MQTT-2.2.3]
  const remaining = length + 5;
  const remainingBytes = remaining < 128 ? [remaining] : [128 + (remaining % 128), remaining >> 7];
  return Buffer.from([0x82, ...remainingBytes, 0, 1, 0, length, ...Buffer.from(filter), qos]);
}
