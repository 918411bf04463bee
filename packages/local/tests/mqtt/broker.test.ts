import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { certificateOfAnybody } from './anybody.ts';
import { closed, collect, markerFor, startHarness, until } from './broker-harness.ts';

describe('publishing', () => {
  it('hands the message over with who sent it, and delivers it', async () => {
    const { connect, published } = await startHarness();
    const received = await collect(await connect({ clientId: 'listener' }), 'devices/+/heartbeat');
    const device = await connect({ clientId: 'd1' });

    await device.publishAsync('devices/d1/heartbeat', Buffer.from([0xff, 0x00]), { qos: 1 });
    await until(() => received.length === 1);

    expect(published.filter(({ topic }) => topic.startsWith('devices/'))).toEqual([
      {
        topic: 'devices/d1/heartbeat',
        payload: Buffer.from([0xff, 0x00]),
        qos: 1,
        clientId: 'd1',
        principal: (await certificateOfAnybody()).certificateId,
        sourceIp: '127.0.0.1',
        traceId: expect.any(String),
      },
    ]);
    expect(received[0]?.[0]).toBe('devices/d1/heartbeat');
  });

  it('acknowledges QoS 1 once the message is taken, and not before', async () => {
    const gate = Promise.withResolvers<void>();
    const harness = await startHarness({
      onPublish: ({ topic }) => (topic === 'slow' ? gate.promise : Promise.resolve()),
    });
    const device = await harness.connect({ clientId: 'd1' });
    const marker = await markerFor(harness, device);
    let acknowledged = false;
    const publishing = device.publishAsync('slow', 'x', { qos: 1 }).then(() => {
      acknowledged = true;
    });
    await until(() => harness.published.some(({ topic }) => topic === 'slow'));
    await marker();

    expect(acknowledged).toBe(false);
    gate.resolve();
    await publishing;
    expect(acknowledged).toBe(true);
  });

  it('acknowledges in the order of arrival, though messages are handled side by side [MQTT-4.6.0-2]', async () => {
    const gate = Promise.withResolvers<void>();
    const harness = await startHarness({
      onPublish: ({ topic }) => (topic === 'first' ? gate.promise : Promise.resolve()),
    });
    const device = await harness.connect({ clientId: 'd1' });
    const marker = await markerFor(harness, device);
    const order: string[] = [];
    const publishing = ['first', 'second'].map((topic) =>
      device.publishAsync(topic, 'x', { qos: 1 }).then(() => order.push(topic)),
    );
    await until(() => harness.published.some(({ topic }) => topic === 'second'));
    await marker();
    expect(order).toEqual([]);

    gate.resolve();
    await Promise.all(publishing);
    expect(order).toEqual(['first', 'second']);
  });

  it('does not acknowledge what could not be taken, and closes the connection', async () => {
    const { connect, errors } = await startHarness({
      onPublish: ({ topic }) =>
        topic === 'bad' ? Promise.reject(new Error('disk full')) : Promise.resolve(),
    });
    const device = await connect({ clientId: 'd1' });
    let acknowledged = false;
    device.publish('bad', 'x', { qos: 1 }, (error) => {
      acknowledged = error === undefined || error === null;
    });
    await closed(device);

    expect(acknowledged).toBe(false);
    expect(errors).toEqual([expect.stringContaining('disk full')]);
  });

  it('publishes the last will of a connection that is lost', async () => {
    const { connect, published } = await startHarness();
    const device = await connect({
      clientId: 'd1',
      will: { topic: 'wills/d1', payload: Buffer.from('gone'), qos: 1, retain: false },
    });
    device.stream.destroy();
    await until(() => published.some(({ topic }) => topic === 'wills/d1'));

    expect(published.find(({ topic }) => topic === 'wills/d1')).toMatchObject({ clientId: 'd1', qos: 1 });
  });

  it('does not wait for a subscriber that reads nothing', async () => {
    const { broker, connect, socket, published } = await startHarness();
    const frozen = (await socket()).pause();
    frozen.write('\x10\x12\x00\x04MQTT\x04\x02\x04\xb0\x00\x06frozen', 'latin1');
    frozen.write('\x82\x06\x00\x01\x00\x01t\x00', 'latin1');
    await until(() => published.some(({ topic }) => topic === '$aws/events/subscriptions/subscribed/frozen'));
    const beyondBuffers = Array.from({ length: 150 }, () => Buffer.alloc(128 * 1024));
    for (const payload of beyondBuffers) await broker.publish('t', payload, 1);

    const received = await collect(await connect({ clientId: 'other' }), 't');
    await broker.publish('t', Buffer.from('x'), 1);
    await until(() => received.length > 0);
    expect(received).toEqual([['t', 'x']]);
  }, 10_000);

  it('publishes for the data plane: to the rules without a client id, then to the subscribers', async () => {
    const { broker, connect, published } = await startHarness();
    const received = await collect(await connect({ clientId: 'd1' }), 'devices/d1/#');

    await broker.publish('devices/d1/register/accepted', Buffer.from('{}'), 1);
    await until(() => received.length === 1);

    expect(received).toEqual([['devices/d1/register/accepted', '{}']]);
    expect(published.at(-1)).toEqual({
      topic: 'devices/d1/register/accepted',
      payload: Buffer.from('{}'),
      qos: 1,
    });
  });
});

describe('sessions and retained messages', () => {
  it('keep QoS 1 messages for a client that is away with a persistent session', async () => {
    const { broker, connect, dial } = await startHarness();
    const options = { clientId: 'd1', clean: false };
    const first = await connect(options);
    await first.subscribeAsync('answers/#', { qos: 1 });
    await first.endAsync();
    await broker.publish('answers/1', Buffer.from('kept'), 1);

    const second = dial(options);
    const received: [string, string][] = [];
    second.on('message', (topic, payload) => received.push([topic, payload.toString()]));
    await until(() => received.length === 1);
    expect(received).toEqual([['answers/1', 'kept']]);
  });

  it('give a retained message to a subscription to its topic, and to none with wildcards', async () => {
    const { connect } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    await device.publishAsync('config/a', 'retained', { qos: 1, retain: true });
    const wild = await collect(await connect({ clientId: 'wild' }), 'config/+');
    const exact = await collect(await connect({ clientId: 'exact' }), 'config/a');
    await until(() => exact.length === 1);
    await device.publishAsync('config/b', 'live', { qos: 1, retain: true });
    await until(() => wild.length > 0);

    expect(exact).toEqual([['config/a', 'retained']]);
    expect(wild).toEqual([['config/b', 'live']]);
  });

  it('do not deliver sensor to a subscription to sensor/#', async () => {
    const { broker, connect } = await startHarness();
    const received = await collect(await connect({ clientId: 'd1' }), 'sensor/#');

    await broker.publish('sensor', Buffer.from('no'), 1);
    await broker.publish('sensor/a', Buffer.from('yes'), 1);
    await until(() => received.length > 0);

    expect(received).toEqual([['sensor/a', 'yes']]);
  });
});

describe('starting and closing', () => {
  it('says what to do when the port is taken', async () => {
    const { broker } = await startHarness();
    const second = startHarness({ port: broker.port });

    await expect(second).rejects.toMatchObject({
      name: 'PortInUseError',
      message: expect.stringMatching(`^Port ${broker.port} is in use.*--mqtt-port`),
    });
  });

  it('ends every connection, also those that say nothing and those being served', async () => {
    const { broker, connect, published, socket } = await startHarness({
      onPublish: ({ topic }) => (topic === 'stuck' ? new Promise<never>(() => undefined) : Promise.resolve()),
    });
    const silent = await socket();
    const device = await connect({ clientId: 'd1' });
    device.publish('stuck', 'x', { qos: 1 });
    await until(() => published.some(({ topic }) => topic === 'stuck'));
    const ended = Promise.all([once(silent, 'close'), closed(device)]);

    await broker.close();
    await ended;
    await expect(broker.publish('a', Buffer.from(''), 0)).rejects.toThrow('closing');

    const free = createServer().listen(broker.port, '127.0.0.1');
    await once(free, 'listening');
    await new Promise((resolve) => free.close(resolve));
  });
});
