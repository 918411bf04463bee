import { SendDirectMessageCommand } from '@aws-sdk/client-iot-data-plane';
import { ARN } from '@device-lifecycle/test-kit/fake-registry.ts';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { createIotDataService } from '../../src/mqtt/iot-data-service.ts';
import { until } from './broker-harness.ts';
import { clientOf } from './data-client.ts';
import { startTlsHarness } from './tls-harness.ts';

const CONNECT = { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' };
const RECEIVE = { Effect: 'Allow', Action: 'iot:Receive', Resource: `${ARN}topic/commands/*` };

async function start() {
  const harness = await startTlsHarness();
  const client = await clientOf(createIotDataService({ broker: harness.broker, clock: systemClock }));
  const certificate = await harness.enrol('d1', [CONNECT, RECEIVE]);
  const send = (change: Partial<ConstructorParameters<typeof SendDirectMessageCommand>[0]> = {}) =>
    client.send(
      new SendDirectMessageCommand({
        clientId: 'd1',
        topic: 'commands/reboot',
        payload: Buffer.from('now'),
        ...change,
      }),
    );
  return { ...harness, send, options: harness.as('d1', certificate) };
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/direct-messaging.html */
describe('a direct message', () => {
  it.each([
    [false, true, 0],
    [true, true, 1],
    [true, false, 1],
  ])(
    'with confirmation %s, to a clean session %s, comes with QoS %d and no subscription',
    async (confirmation, clean, qos) => {
      const { connect, send, options, published, broker } = await start();
      const device = await connect({ ...options, clean });
      const received: [string, string, number][] = [];
      device.on('message', (topic, payload, packet) =>
        received.push([topic, payload.toString(), packet.qos]),
      );

      expect(await send({ confirmation })).toMatchObject({ message: 'OK', traceId: expect.any(String) });
      await until(() => received.length === 1);
      expect(received).toEqual([['commands/reboot', 'now', qos]]);
      // Rules do not get it.
      expect(published.map(({ topic }) => topic)).not.toContain('commands/reboot');
      expect(broker.subscriptions('d1')).toEqual([]);
    },
  );

  it('that is not acknowledged in time is not confirmed', async () => {
    const { connect, send, options } = await start();
    const device = await connect(options);
    device.handleMessage = () => undefined;

    await expect(send({ confirmation: true, timeout: 1 })).rejects.toMatchObject({
      name: 'GatewayTimeoutException',
      $metadata: { httpStatusCode: 504 },
    });
  });

  it.each([
    ['to a topic that its policies do not let it receive', { topic: 'other' }, 'ForbiddenException', 403],
    ['to a client that is not connected', { clientId: 'd2' }, 'ResourceNotFoundException', 404],
    ['to a reserved topic', { topic: '$aws/x' }, 'InvalidRequestException', 400],
    ['to a topic with wildcards', { topic: 'a/#' }, 'InvalidRequestException', 400],
    ['with a timeout of 16 s', { confirmation: true, timeout: 16 }, 'InvalidRequestException', 400],
    ['with what only MQTT 5 has', { contentType: 'text/plain' }, 'InvalidRequestException', 400],
    ['of more than 128 KB', { payload: Buffer.alloc(131_073) }, 'RequestEntityTooLargeException', 413],
  ])('%s is refused', async (_, change, name, httpStatusCode) => {
    const { connect, send, options } = await start();
    await connect(options);
    await expect(send(change)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('is not kept for a session whose client is not connected', async () => {
    const { connect, send, options, broker } = await start();
    const device = await connect({ ...options, clean: false });
    await device.endAsync();
    await until(() => broker.connection('d1')?.disconnectedSince !== undefined);

    await expect(send()).rejects.toThrow(
      'The target client ID is not connected, but it has an active persistent session',
    );
  });
});
