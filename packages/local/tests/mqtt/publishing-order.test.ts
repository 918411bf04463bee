import { describe, expect, it } from '@jest/globals';
import type { MqttMessage } from '../../src/contracts.ts';
import { collect, startHarness, until } from './broker-harness.ts';

/** Rules that take the message `slow` only when they are told to. */
function slowRules() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onPublish = ({ payload }: MqttMessage) =>
    payload.toString() === 'slow' ? promise : Promise.resolve();
  return { onPublish, goOn: resolve };
}

/** "a Server MUST treat every Topic as Ordered". [MQTT-4.6.0-5], -6 */
describe('messages of a client, the first of which rules take last', () => {
  it('are retained in the order in which they came', async () => {
    const { onPublish, goOn } = slowRules();
    const { connect, published } = await startHarness({ onPublish });
    const device = await connect({ clientId: 'd1' });
    const publishing = ['slow', 'last'].map((text) =>
      device.publishAsync('config', text, { qos: 1, retain: true }),
    );
    await until(() => published.some(({ payload }) => payload.toString() === 'last'));
    goOn();
    await Promise.all(publishing);

    const received = await collect(await connect({ clientId: 'd2' }), 'config');
    await until(() => received.length > 0);
    expect(received).toEqual([['config', 'last']]);
  });

  it('wait for a client that is away in the order in which they came', async () => {
    const { onPublish, goOn } = slowRules();
    const { connect, dial, published } = await startHarness({ onPublish });
    const session = { clientId: 'listener', clean: false };
    const listener = await connect(session);
    await listener.subscribeAsync('t', { qos: 1 });
    await listener.endAsync();
    const device = await connect({ clientId: 'd1' });
    const publishing = ['slow', '2', '3'].map((text) => device.publishAsync('t', text, { qos: 1 }));
    await until(() => published.some(({ payload }) => payload.toString() === '3'));
    goOn();
    await Promise.all(publishing);
    const received: string[] = [];
    dial(session).on('message', (_, payload) => received.push(payload.toString()));
    await until(() => received.length === 3);

    expect(received).toEqual(['slow', '2', '3']);
  });
});

describe('a message with QoS 1 of a client that has gone before its PUBACK', () => {
  it.each([true, false])('is delivered to whoever is connected, clean session %s', async (clean) => {
    const { onPublish, goOn } = slowRules();
    const { connect, published } = await startHarness({ onPublish });
    const received = await collect(await connect({ clientId: 'listener', clean }), 't');
    const device = await connect({ clientId: 'd1' });
    device.publish('t', 'slow', { qos: 1 });
    await until(() => published.some(({ topic }) => topic === 't'));
    await device.endAsync(true);
    await until(() => published.some(({ topic }) => topic === '$aws/events/presence/disconnected/d1'));
    goOn();
    await until(() => received.length > 0);

    expect(received).toEqual([['t', 'slow']]);
  });
});
