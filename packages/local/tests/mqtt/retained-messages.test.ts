import {
  GetRetainedMessageCommand,
  ListRetainedMessagesCommand,
  PublishCommand,
} from '@aws-sdk/client-iot-data-plane';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { describe, expect, it } from '@jest/globals';
import { createIotDataService } from '../../src/mqtt/iot-data-service.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { collect, startHarness, until } from './broker-harness.ts';
import { clientOf } from './data-client.ts';

const data = useDataDirectory();
const RETAINED = { qos: 1, retain: true } as const;

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain */
describe('a retained message', () => {
  it('comes with the RETAIN flag to a new subscription to its topic, and without to one that was there', async () => {
    const { connect } = await startHarness();
    const publisher = await connect({ clientId: 'd1' });
    const before = await connect({ clientId: 'before' });
    const flags: [string, boolean][] = [];
    before.on('message', (_, payload, { retain }) => flags.push([`before ${payload}`, retain]));
    await before.subscribeAsync('config', { qos: 1 });
    await publisher.publishAsync('config', 'on', RETAINED);
    const after = await connect({ clientId: 'after' });
    after.on('message', (_, payload, { retain }) => flags.push([`after ${payload}`, retain]));
    await after.subscribeAsync('config', { qos: 1 });
    await until(() => flags.length === 2);

    expect(flags).toEqual([
      ['before on', false],
      ['after on', true],
    ]);
  });

  it('is taken away by an empty one, which goes to subscribers and is not retained', async () => {
    const { broker, connect } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    await device.publishAsync('config', 'on', RETAINED);
    const received = await collect(await connect({ clientId: 'd2' }), 'config');
    await device.publishAsync('config', '', RETAINED);
    await until(() => received.length === 2);

    expect(received).toEqual([
      ['config', 'on'],
      ['config', ''],
    ]);
    expect(broker.retained.list()).toEqual([]);
  });

  it('stays as it is when a message without the RETAIN flag comes', async () => {
    const { broker, connect } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    await device.publishAsync('config', 'on', RETAINED);
    await device.publishAsync('config', 'off', { qos: 1 });

    expect(broker.retained.find('config')?.payload.toString()).toBe('on');
  });

  it('outlives the runtime with a data directory', async () => {
    const { collections } = await data.reopen();
    const { broker, connect } = await startHarness({ collections });
    await (await connect({ clientId: 'd1' })).publishAsync('config', 'on', RETAINED);
    await broker.close();

    const again = await startHarness({ collections: (await data.reopen()).collections });
    const received = await collect(await again.connect({ clientId: 'd2' }), 'config');
    await until(() => received.length === 1);
    expect(received).toEqual([['config', 'on']]);
  });
});

describe('the data plane of retained messages', () => {
  it('gives one with its payload, and lists all by pages without', async () => {
    const clock = new FakeClock();
    const { broker } = await startHarness({ clock });
    const client = await clientOf(createIotDataService({ broker, clock }));
    for (const topic of ['b/ü', 'a', 'c']) {
      await client.send(new PublishCommand({ topic, qos: 1, retain: true, payload: Buffer.from('on') }));
    }

    const about = { qos: 1, lastModifiedTime: clock.now() };
    const message = await client.send(new GetRetainedMessageCommand({ topic: 'b/ü' }));
    expect(message).toMatchObject({ topic: 'b/ü', ...about });
    expect(Buffer.from(message.payload ?? []).toString()).toBe('on');

    const first = await client.send(new ListRetainedMessagesCommand({ maxResults: 2 }));
    expect(first.retainedTopics).toEqual([
      { topic: 'a', payloadSize: 2, ...about },
      { topic: 'b/ü', payloadSize: 2, ...about },
    ]);
    const { nextToken } = first;
    const last = await client.send(new ListRetainedMessagesCommand({ maxResults: 2, nextToken }));
    expect(last.retainedTopics).toEqual([{ topic: 'c', payloadSize: 2, ...about }]);
    expect(last.nextToken).toBeUndefined();
  });

  it.each([
    ['a topic without one', new GetRetainedMessageCommand({ topic: 'a/b' }), 'ResourceNotFoundException'],
    ['a page of none', new ListRetainedMessagesCommand({ maxResults: 0 }), 'InvalidRequestException'],
    ['a page of too many', new ListRetainedMessagesCommand({ maxResults: 201 }), 'InvalidRequestException'],
    [
      'a reserved topic',
      new PublishCommand({ topic: '$aws/things/d1/shadow/update', retain: true }),
      'UnauthorizedException',
    ],
  ] as const)('refuses %s', async (_, command, name) => {
    const clock = new FakeClock();
    const { broker } = await startHarness({ clock });
    const client = await clientOf(createIotDataService({ broker, clock }));

    await expect(client.send(command as PublishCommand)).rejects.toMatchObject({ name });
  });
});
