import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  ListSubscriptionsCommand,
} from '@aws-sdk/client-iot-data-plane';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { describe, expect, it } from '@jest/globals';
import { createIotDataService } from '../../src/mqtt/iot-data-service.ts';
import { closed, startHarness, until } from './broker-harness.ts';
import { clientOf } from './data-client.ts';

const HALF_AN_HOUR_MS = 30 * 60 * 1000;

async function start() {
  const clock = new FakeClock(new Date().toISOString());
  const harness = await startHarness({ clock });
  const { broker } = harness;
  const client = await clientOf(createIotDataService({ broker, clock }));
  const isGone = (clientId: string) =>
    until(() => broker.connection(clientId)?.disconnectedSince !== undefined);
  return { ...harness, clock, client, isGone };
}

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html */
describe('GetConnection', () => {
  it('tells of a client that is connected, with its socket where that is asked for', async () => {
    const { broker, client, connect, clock } = await start();
    await connect({ clientId: 'd/1', clean: false, keepalive: 5 });

    const about = {
      clientId: 'd/1',
      connected: true,
      cleanSession: false,
      keepAliveDuration: 5,
      connectedSince: clock.now(),
      sessionExpiry: 3600,
    };
    const { $metadata: _, ...plain } = await client.send(new GetConnectionCommand({ clientId: 'd/1' }));
    expect(plain).toEqual(about);
    const { $metadata: __, ...full } = await client.send(
      new GetConnectionCommand({ clientId: 'd/1', includeSocketInformation: true }),
    );
    expect(full).toEqual({
      ...about,
      sourceIp: '127.0.0.1',
      sourcePort: expect.any(Number),
      targetIp: '127.0.0.1',
      targetPort: broker.port,
    });
  });

  it('tells of one that has gone for half an hour', async () => {
    const { client, clock, connect, isGone } = await start();
    await (await connect({ clientId: 'd1' })).endAsync();
    await isGone('d1');
    const disconnectedSince = clock.now();
    await clock.advance(HALF_AN_HOUR_MS);

    expect(await client.send(new GetConnectionCommand({ clientId: 'd1' }))).toMatchObject({
      connected: false,
      disconnectedSince,
      disconnectReason: 'CLIENT_INITIATED_DISCONNECT',
      cleanSession: true,
    });
    await clock.advance(1);
    await expect(client.send(new GetConnectionCommand({ clientId: 'd1' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_ListSubscriptions.html */
describe('ListSubscriptions', () => {
  it.each([
    ['a connected client', true, false],
    ['a session without its client', false, true],
  ])('lists those of %s by pages', async (_, clean, leaves) => {
    const { client, connect, isGone } = await start();
    const device = await connect({ clientId: 'd1', clean });
    await device.subscribeAsync({ 'b/#': { qos: 1 }, a: { qos: 0 }, '$share/g/c': { qos: 1 } });
    if (leaves) {
      await device.endAsync();
      await isGone('d1');
    }

    const first = await client.send(new ListSubscriptionsCommand({ clientId: 'd1', maxResults: 2 }));
    expect(first.subscriptions).toEqual([
      { topicFilter: '$share/g/c', qos: 1 },
      { topicFilter: 'a', qos: 0 },
    ]);
    const { nextToken } = first;
    const last = await client.send(new ListSubscriptionsCommand({ clientId: 'd1', nextToken }));
    expect(last.subscriptions).toEqual([{ topicFilter: 'b/#', qos: 1 }]);
    expect(last.nextToken).toBeUndefined();
  });

  it.each([
    ['nobody', 'd2', 'ResourceNotFoundException'],
    ['what is no client id', '$d', 'InvalidRequestException'],
  ])('refuses %s', async (_, clientId, name) => {
    const { client } = await start();
    await expect(client.send(new ListSubscriptionsCommand({ clientId }))).rejects.toMatchObject({ name });
  });
});

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-client-disconnect */
describe('DeleteConnection', () => {
  it('ends the session of a client that is not connected', async () => {
    const { broker, client, connect, isGone } = await start();
    const device = await connect({ clientId: 'd1', clean: false });
    await device.endAsync();
    await isGone('d1');

    await client.send(new DeleteConnectionCommand({ clientId: 'd1' }));
    expect(broker.hasSession('d1')).toBe(true);
    await client.send(new DeleteConnectionCommand({ clientId: 'd1', cleanSession: true }));
    expect(broker.hasSession('d1')).toBe(false);
    await expect(client.send(new DeleteConnectionCommand({ clientId: 'd1' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('leaves the session of a client that it disconnects, unless that is to go', async () => {
    const { broker, client, connect } = await start();
    const device = await connect({ clientId: 'd1', clean: false });
    const end = closed(device);
    await client.send(new DeleteConnectionCommand({ clientId: 'd1' }));
    await end;
    expect(broker.hasSession('d1')).toBe(true);
  });
});
