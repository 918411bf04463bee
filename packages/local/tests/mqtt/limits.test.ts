import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { AWS_KEEP_ALIVE, grantedKeepAlive } from '../../src/mqtt/connections.ts';
import { closed, presenceOf, startHarness, until } from './broker-harness.ts';

const filters = (count: number, prefix = 'a') =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${prefix}/${index}`, { qos: 1 as const }]),
  );

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
describe('the quotas of subscriptions', () => {
  it('are 8 a SUBSCRIBE', async () => {
    const { connect, published, warnings } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    expect(await device.subscribeAsync(filters(8))).toHaveLength(8);
    const end = closed(device);
    device.subscribe(filters(9, 'b'), () => undefined);
    await end;
    await until(() => presenceOf(published).length === 2);

    expect(presenceOf(published)[1]).toMatchObject({ disconnectReason: 'CLIENT_ERROR' });
    expect(warnings).toEqual([expect.stringContaining('9 subscriptions at once; one SUBSCRIBE may have 8')]);
  });

  it.each([true, false])('are 50 a connection, those of a session too (clean: %s)', async (clean) => {
    const { connect, warnings } = await startHarness();
    const device = await connect({ clientId: 'd1', clean });
    for (let index = 0; index < 10; index += 1) await device.subscribeAsync(filters(5, String(index)));
    // One that is there already is no more.
    await device.subscribeAsync('0/0', { qos: 0 });
    const end = closed(device);
    device.subscribe('one/more', { qos: 1 }, () => undefined);
    await end;

    expect(warnings).toEqual([expect.stringContaining('51 subscriptions; a connection may have 50')]);
  });
});

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences */
describe('packets that only QoS 2 has', () => {
  it.each([
    ['PUBREC', [0x50, 2, 0, 1]],
    ['PUBREL', [0x62, 2, 0, 1]],
    ['PUBCOMP', [0x70, 2, 0, 1]],
  ])('end the connection: %s', async (name, bytes) => {
    const { connect, warnings } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    const end = closed(device);
    device.stream.write(Buffer.from(bytes));
    await end;

    expect(warnings).toEqual([expect.stringContaining(`it sent a ${name}`)]);
  });
});

/** "Connection inactivity", https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
describe('the keep-alive interval', () => {
  it.each([
    [undefined, 1200],
    [0, 1200],
    [1, 30],
    [29, 30],
    [30, 30],
    [1200, 1200],
    [1201, 1200],
    [65_535, 1200],
  ])('that a client asks for, %d s, becomes %d s', (asked, granted) => {
    expect(grantedKeepAlive(asked, AWS_KEEP_ALIVE)).toBe(granted);
  });
});

/** https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html#subscribe-unsubscribe-events */
describe('subscriptions', () => {
  it('are told of by events when they come and when they are taken back', async () => {
    const { connect, published } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    await device.subscribeAsync({ a: { qos: 1 }, 'b/#': { qos: 0 } });
    await device.unsubscribeAsync('a');
    await device.endAsync();
    await until(() => presenceOf(published).length === 2);

    const events = published
      .filter(({ topic }) => topic.startsWith('$aws/events/subscriptions/'))
      .map(({ topic, payload }) => [topic, JSON.parse(payload.toString())]);
    const about = {
      clientId: 'd1',
      timestamp: expect.any(Number),
      sessionIdentifier: presenceOf(published)[0]?.['sessionIdentifier'],
      principalIdentifier: presenceOf(published)[0]?.['principalIdentifier'],
    };
    expect(events).toEqual([
      [
        '$aws/events/subscriptions/subscribed/d1',
        { ...about, eventType: 'subscribed', topics: ['a', 'b/#'] },
      ],
      ['$aws/events/subscriptions/unsubscribed/d1', { ...about, eventType: 'unsubscribed', topics: ['a'] }],
    ]);
  });
});

describe('a subscription to what does not run here', () => {
  it('is granted, and said to be of no use', async () => {
    const { connect, warnings } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    const granted = await device.subscribeAsync('$aws/things/d1/jobs/notify', { qos: 1 });

    expect(granted).toMatchObject([{ qos: 1 }]);
    expect(warnings).toEqual([expect.stringContaining('$aws/things/d1/jobs/notify; what publishes there')]);
  });
});

describe('what is refused before the CONNECT', () => {
  it('ends the connection, and nothing else', async () => {
    const { socket, connect, warnings } = await startHarness();
    const stranger = await socket();
    // PUBREL, PUBREL, PINGREQ.
    stranger.write(Buffer.from([0x62, 2, 0, 1, 0x62, 2, 0, 2, 0xc0, 0]));
    await once(stranger, 'close');

    expect(warnings).toEqual([expect.stringContaining('it sent a PUBREL')]);
    expect((await connect({ clientId: 'd1' })).connected).toBe(true);
  });

  it('does so while the CONNECT is being answered', async () => {
    const { socket, connect } = await startHarness();
    const stranger = await socket();
    const connectPacket = Buffer.from('100e00044d5154540402003c000264' + '31', 'hex');
    stranger.write(Buffer.concat([connectPacket, Buffer.from([0xc0, 0, 0x62, 2, 0, 1, 0xc0, 0])]));
    await once(stranger, 'close');

    expect((await connect({ clientId: 'd2' })).connected).toBe(true);
  });
});
