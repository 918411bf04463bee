import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { ARN } from '@device-lifecycle/test-kit/fake-registry.ts';
import { describe, expect, it } from '@jest/globals';
import type { IClientOptions, IConnackPacket, MqttClient } from 'mqtt';
import { memoryCollections } from '../../src/data/collections.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { type Harness, startHarness, until } from './broker-harness.ts';
import { startTlsHarness } from './tls-harness.ts';

const data = useDataDirectory();
const PERSISTENT = { clientId: 'd1', clean: false };
const HOUR_MS = 60 * 60 * 1000;

interface Resumed {
  readonly client: MqttClient;
  readonly sessionPresent: boolean;
  readonly received: string[];
}

/** Connects, and collects what comes, from the first message on. */
async function resume({ dial }: Harness, options: IClientOptions = PERSISTENT): Promise<Resumed> {
  const client = dial(options);
  const received: string[] = [];
  client.on('message', (topic, payload) => received.push(`${topic} ${payload}`));
  const { sessionPresent } = await new Promise<IConnackPacket>((resolve) => client.once('connect', resolve));
  return { client, received, sessionPresent };
}

/** A client that has subscribed and gone. */
async function leave(harness: Harness, filter = 'news/#', qos: 0 | 1 = 1): Promise<void> {
  const { client } = await resume(harness);
  await client.subscribeAsync(filter, { qos });
  await client.endAsync();
}

const publish = ({ broker }: Harness, topic: string, text: string, qos: 0 | 1 = 1) =>
  broker.publish(topic, Buffer.from(text), qos);

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-persistent-sessions */
describe('a persistent session', () => {
  it('is new at first, and present when its client comes again, with what was published to it, in order', async () => {
    const harness = await startHarness();
    const first = await resume(harness);
    await first.client.subscribeAsync('news/#', { qos: 1 });
    await first.client.endAsync();
    for (const text of ['1', '2', '3']) await publish(harness, 'news/a', text);
    const second = await resume(harness);
    await publish(harness, 'news/a', '4');
    await until(() => second.received.length === 4);

    expect([first.sessionPresent, second.sessionPresent]).toEqual([false, true]);
    expect(second.received).toEqual(['news/a 1', 'news/a 2', 'news/a 3', 'news/a 4']);
  });

  it.each([
    ['published with QoS 0', 0, 1],
    ['subscribed to with QoS 0', 1, 0],
  ] as const)('does not keep what is %s', async (_, published, subscribed) => {
    const harness = await startHarness();
    await leave(harness, 'news/#', subscribed);
    await publish(harness, 'news/a', 'lost', published);
    const { received, client } = await resume(harness);
    await publish(harness, 'news/a', 'live', 1);
    await until(() => received.length > 0);

    expect(client.connected).toBe(true);
    expect(received).toEqual(['news/a live']);
  });

  it('keeps a message until it is acknowledged', async () => {
    const harness = await startHarness();
    await leave(harness);
    await publish(harness, 'news/a', '1');
    const first = await resume(harness);
    await until(() => first.received.length === 1);
    // Comes after the PUBACK.
    await first.client.publishAsync('done', '', { qos: 1 });
    await first.client.endAsync();
    const again = await resume(harness);
    await again.client.subscribeAsync('marker', { qos: 1 });
    await publish(harness, 'marker', 'end');
    await until(() => again.received.includes('marker end'));

    expect(again.received).toEqual(['marker end']);
  });

  it('gives what a connection that broke has not acknowledged', async () => {
    const harness = await startHarness();
    const { client, received } = await resume(harness);
    // Sends no PUBACK.
    client.handleMessage = () => undefined;
    await client.subscribeAsync('news/#', { qos: 1 });
    await publish(harness, 'news/a', '1');
    await until(() => received.length === 1);
    client.stream.destroy();
    const again = await resume(harness);
    await until(() => again.received.length === 1);

    expect(again.received).toEqual(['news/a 1']);
  });

  it.each([
    [HOUR_MS, true],
    [HOUR_MS + 1, false],
  ])('is there %d ms after its client has gone: %s', async (ms, isThere) => {
    const clock = new FakeClock(new Date().toISOString());
    const harness = await startHarness({ clock });
    await leave(harness);
    await publish(harness, 'news/a', 'while away');
    await until(() =>
      harness.published.some(({ topic }) => topic === '$aws/events/presence/disconnected/d1'),
    );
    await clock.advance(ms);
    const { sessionPresent, received, client } = await resume(harness);
    await client.subscribeAsync('marker', { qos: 1 });
    await publish(harness, 'news/a', 'later');
    await publish(harness, 'marker', 'end');
    await until(() => received.includes('marker end'));

    expect(sessionPresent).toBe(isThere);
    expect(received).toEqual([...(isThere ? ['news/a while away', 'news/a later'] : []), 'marker end']);
  });

  it('is not kept beyond its end, though its client never comes again', async () => {
    const clock = new FakeClock(new Date().toISOString());
    const kept = new Map<string, Map<string, unknown>>();
    const collections = {
      ...memoryCollections,
      areKept: true,
      open<V>(name: string) {
        const map = new Map<string, V>();
        kept.set(name, map);
        return map;
      },
    };
    const harness = await startHarness({ clock, collections });
    await leave(harness);
    await publish(harness, 'news/a', 'lost');
    await until(() =>
      harness.published.some(({ topic }) => topic === '$aws/events/presence/disconnected/d1'),
    );
    const counts = () => ['mqttSessions', 'mqttQueues'].map((name) => kept.get(name)?.size);
    expect(counts()).toEqual([1, 1]);
    await clock.advance(HOUR_MS + 1);
    const { client } = await resume(harness, { clientId: 'd2', clean: false });
    await client.endAsync();
    await until(() =>
      harness.published.some(({ topic }) => topic === '$aws/events/presence/disconnected/d2'),
    );

    expect(counts()).toEqual([1, 0]);
  });

  it('is ended by a connection with cleanSession 1', async () => {
    const harness = await startHarness();
    await leave(harness);
    await publish(harness, 'news/a', 'lost');
    const clean = await resume(harness, { clientId: 'd1', clean: true });
    await clean.client.endAsync();
    const { sessionPresent } = await resume(harness);

    expect([clean.sessionPresent, sessionPresent]).toEqual([false, false]);
    expect(clean.received).toEqual([]);
  });

  it('forgets what its client has unsubscribed from', async () => {
    const harness = await startHarness();
    await leave(harness);
    const { client } = await resume(harness);
    await client.unsubscribeAsync('news/#');
    await client.endAsync();
    await publish(harness, 'news/a', 'lost');

    expect((await resume(harness)).received).toEqual([]);
  });

  it.each([
    ['the message', { Effect: 'Deny', Action: 'iot:Receive', Resource: `${ARN}topic/news/a` }],
    ['the subscription', { Effect: 'Deny', Action: 'iot:Subscribe', Resource: `${ARN}topicfilter/news/*` }],
  ])('is bound by the policies of the moment: they deny %s', async (_, statement) => {
    const harness = await startTlsHarness();
    const anything = { Effect: 'Allow', Action: 'iot:*', Resource: '*' };
    const certificate = await harness.enrol('d1', [anything]);
    const options = { ...harness.as('d1', certificate), clean: false };
    const first = await resume(harness, options);
    await first.client.subscribeAsync('news/#', { qos: 1 });
    await first.client.endAsync();
    harness.registry.setPolicies(certificate.certificateId, [anything, statement]);
    if (statement.Action === 'iot:Receive') await publish(harness, 'news/a', 'denied');
    const { client, received } = await resume(harness, options);
    await publish(harness, 'news/a', 'denied as well');
    await client.subscribeAsync('marker', { qos: 1 });
    await publish(harness, 'marker', 'end');
    await until(() => received.includes('marker end'));

    expect(received).toEqual(['marker end']);
  });

  it('outlives the runtime with a data directory: subscriptions, and messages in order', async () => {
    const before = await startHarness({ collections: (await data.reopen()).collections });
    await leave(before);
    for (const text of ['1', '2']) await publish(before, 'news/a', text);
    await before.broker.close();

    const after = await startHarness({ collections: (await data.reopen()).collections });
    await publish(after, 'news/a', '3');
    const { sessionPresent, received, client: device } = await resume(after);
    await until(() => received.length === 3);
    await device.publishAsync('done', '', { qos: 1 });
    expect(sessionPresent).toBe(true);
    expect(received).toEqual(['news/a 1', 'news/a 2', 'news/a 3']);
    await after.broker.close();

    const last = await startHarness({ collections: (await data.reopen()).collections });
    const { client, received: nothing } = await resume(last);
    await client.subscribeAsync('marker', { qos: 1 });
    await publish(last, 'marker', 'end');
    await until(() => nothing.includes('marker end'));
    expect(nothing).toEqual(['marker end']);
  });

  it('is kept before a message for it is acknowledged', async () => {
    const { collections } = await data.reopen();
    const order: string[] = [];
    const harness = await startHarness({
      collections: {
        areKept: true,
        open: (name) => collections.open(name),
        list: (name) => collections.list(name),
        async committed() {
          await collections.committed();
          order.push('committed');
        },
      },
    });
    await leave(harness);
    const device = await harness.connect({ clientId: 'd2' });
    order.length = 0;
    await device.publishAsync('news/a', '1', { qos: 1 });
    order.push('acknowledged');

    expect(order).toEqual(['committed', 'acknowledged']);
  });
});
