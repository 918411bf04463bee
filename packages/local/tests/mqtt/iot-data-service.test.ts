import { DeleteConnectionCommand, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { fakeBroker } from '@device-lifecycle/test-kit/fake-broker.ts';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import type { IotLogEntry } from '../../src/iot/iot-log.ts';
import { createIotDataService } from '../../src/mqtt/iot-data-service.ts';
import { closed, collect, startHarness, until } from './broker-harness.ts';
import { clientOf } from './data-client.ts';

describe('Publish of the data plane', () => {
  it("is in AWS IoT's log, without a client", async () => {
    const { broker } = await startHarness();
    const entries: IotLogEntry[] = [];
    const service = createIotDataService({
      broker,
      clock: systemClock,
      iotLog: { write: (entry) => entries.push(entry) },
    });
    const client = await clientOf(service);

    await client.send(new PublishCommand({ topic: 'news', qos: 1, payload: Buffer.from('{}') }));
    expect(entries).toEqual([
      {
        logLevel: 'INFO',
        status: 'Success',
        eventType: 'Publish-In',
        traceId: expect.any(String),
        protocol: 'HTTP',
        clientId: 'N/A',
        topicName: 'news',
      },
    ]);
  });

  it('reaches subscribers and rules, its topic decoded', async () => {
    const { broker, connect, published } = await startHarness();
    const client = await clientOf(createIotDataService({ broker, clock: systemClock }));
    const received = await collect(await connect({ clientId: 'd1' }), 'devices/#');

    await client.send(
      new PublishCommand({ topic: 'devices/d 1/ü/accepted', qos: 1, payload: Buffer.from('{"a":1}') }),
    );
    await until(() => received.length === 1);

    expect(received).toEqual([['devices/d 1/ü/accepted', '{"a":1}']]);
    expect(published.at(-1)).toEqual({
      topic: 'devices/d 1/ü/accepted',
      payload: Buffer.from('{"a":1}'),
      qos: 1,
    });
  });

  it('has QoS 0 and no payload by default, and retains when it is told to', async () => {
    const { broker, connect, published } = await startHarness();
    const client = await clientOf(createIotDataService({ broker, clock: systemClock }));

    await client.send(new PublishCommand({ topic: 'plain' }));
    await client.send(new PublishCommand({ topic: 'kept', retain: true, payload: Buffer.from('x') }));

    expect(published).toEqual([
      { topic: 'plain', payload: Buffer.alloc(0), qos: 0 },
      { topic: 'kept', payload: Buffer.from('x'), qos: 0 },
    ]);
    const received = await collect(await connect({ clientId: 'late' }), 'kept');
    await until(() => received.length === 1);
  });

  it.each([
    ['a wildcard', { topic: 'a/+' }, 'InvalidRequestException'],
    ['too many slashes', { topic: 'a/b/c/d/e/f/g/h/i' }, 'InvalidRequestException'],
    ['more than 128 KB', { topic: 'a', payload: Buffer.alloc(131_073) }, 'InvalidRequestException'],
    ['QoS 2', { topic: 'a', qos: 2 }, 'InvalidRequestException'],
    ['what only MQTT 5 has', { topic: 'a', contentType: 'text/plain' }, 'InvalidRequestException'],
    ['MQTT 5 user properties', { topic: 'a', userProperties: '[{"a":"b"}]' }, 'InvalidRequestException'],
    ['a reserved topic', { topic: '$aws/events/presence/connected/d1' }, 'UnauthorizedException'],
  ])('refuses %s', async (_, input, name) => {
    const { broker, published } = await startHarness();
    const client = await clientOf(createIotDataService({ broker, clock: systemClock }));

    await expect(client.send(new PublishCommand(input))).rejects.toMatchObject({ name });
    expect(published).toEqual([]);
  });
});

describe('DeleteConnection of the data plane', () => {
  it('ends the connection of a client that is there', async () => {
    const { broker, connect } = await startHarness();
    const client = await clientOf(createIotDataService({ broker, clock: systemClock }));
    const device = await connect({ clientId: 'device 1/a' });
    const end = closed(device);

    await client.send(new DeleteConnectionCommand({ clientId: 'device 1/a', cleanSession: true }));
    await end;
    await expect(client.send(new DeleteConnectionCommand({ clientId: 'device 1/a' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('refuses what is no client id, and what is beyond its quota', async () => {
    const { broker } = await startHarness();
    const clock = new FakeClock();
    const quotas = { DeleteConnection: 1 };
    const client = await clientOf(createIotDataService({ broker, clock, quotas }));
    const remove = () => client.send(new DeleteConnectionCommand({ clientId: '$internal' }));

    await expect(remove()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(remove()).rejects.toMatchObject({
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 429 },
    });
  });
});

describe('the rest of the data plane', () => {
  it('is refused by name', async () => {
    const service = createIotDataService({ broker: fakeBroker(), clock: systemClock });
    const request = { service: 'iotdata', method: 'GET', path: '/unheard/of', headers: {} } as const;

    await expect(
      service({ ...request, query: new URLSearchParams(), body: Buffer.alloc(0) }),
    ).rejects.toMatchObject({
      code: 'UnknownOperationException',
      message: expect.stringContaining('there are Publish, GetThingShadow'),
    });
  });
});
