import { describe, expect, it } from '@jest/globals';
import { TopicBus } from '../../src/mqtt/topic-bus.ts';
import { collect, startHarness, until } from './broker-harness.ts';

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription */
describe('a shared subscription', () => {
  it('gives each message to one member of each group, and to all other subscribers', async () => {
    const { broker, connect } = await startHarness();
    const filters = [
      '$share/one/sports/tennis',
      '$share/one/sports/tennis',
      '$share/one/sports/#',
      'sports/+',
    ];
    const received = await Promise.all(
      filters.map(async (filter, index) => collect(await connect({ clientId: `d${index}` }), filter)),
    );
    for (let index = 0; index < 10; index += 1) await broker.publish('sports/tennis', Buffer.from('x'), 1);
    const counts = () => received.map(({ length }) => length);
    await until(() => counts().reduce((sum, count) => sum + count, 0) === 30);

    const [one = 0, other = 0, wild, plain] = counts();
    expect(one + other).toBe(10);
    expect([wild, plain]).toEqual([10, 10]);
  });

  it('chooses a member at random', () => {
    const numbers = [0.1, 0.9, 0.5];
    const bus = new TopicBus(() => numbers.shift() ?? 0);
    const got: string[] = [];
    for (const name of ['a', 'b']) {
      bus.on('$share/g/t', (_packet, done) => {
        got.push(name);
        done();
      });
    }
    const packet = { cmd: 'publish', topic: 't', payload: '', qos: 0, retain: false, dup: false } as const;
    for (let index = 0; index < 3; index += 1) bus.emit({ ...packet, brokerId: '', brokerCounter: index });

    expect(got).toEqual(['a', 'b', 'b']);
  });

  it('goes on with those who are left', async () => {
    const { broker, connect } = await startHarness();
    const leaving = await connect({ clientId: 'leaving' });
    await leaving.subscribeAsync('$share/g/t', { qos: 1 });
    const received = await collect(await connect({ clientId: 'staying' }), '$share/g/t');
    await leaving.endAsync();
    await until(() => broker.connection('leaving')?.disconnectedSince !== undefined);
    for (let index = 0; index < 5; index += 1) await broker.publish('t', Buffer.from('x'), 1);
    await until(() => received.length === 5);
  });

  it('gets no retained message', async () => {
    const { broker, connect } = await startHarness();
    await broker.publish('t', Buffer.from('retained'), 1, true);
    const received = await collect(await connect({ clientId: 'd1' }), '$share/g/t');
    await broker.publish('t', Buffer.from('live'), 1);
    await until(() => received.length > 0);

    expect(received).toEqual([['t', 'live']]);
  });

  it.each([
    ['its member comes again', 'member', false],
    ['a new member joins', 'another', true],
  ])('keeps QoS 1 messages while no member is connected, until %s', async (_, clientId, clean) => {
    const { broker, connect, dial } = await startHarness();
    const member = await connect({ clientId: 'member', clean: false });
    await member.subscribeAsync('$share/g/t', { qos: 1 });
    await member.endAsync();
    await until(() => broker.connection('member')?.disconnectedSince !== undefined);
    await broker.publish('t', Buffer.from('1'), 1);
    await broker.publish('t', Buffer.from('lost'), 0);
    await broker.publish('t', Buffer.from('2'), 1);

    const received: string[] = [];
    const client = dial({ clientId, clean });
    client.on('message', (_topic, payload) => received.push(payload.toString()));
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    if (clean) await client.subscribeAsync('$share/g/t', { qos: 1 });
    await until(() => received.length === 2);
    expect(received).toEqual(['1', '2']);
  });
});
