import { describe, expect, it } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { collect, presenceOf, until } from './broker-harness.ts';
import { startTlsHarness, type TlsHarness } from './tls-harness.ts';

const WILL = { topic: 'wills/d1', payload: Buffer.from('gone'), qos: 1, retain: true } as const;
const ANYTHING = { Effect: 'Allow', Action: 'iot:*', Resource: '*' };

type End = (device: MqttClient, harness: TlsHarness, certificateId: string) => unknown;

/**
 * Whether the last will is published, by why the connection ends:
 * https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html#connect-disconnect
 */
describe('a last will', () => {
  it.each<[string, boolean, End]>([
    ['CLIENT_INITIATED_DISCONNECT', false, (device) => device.endAsync()],
    ['CONNECTION_LOST', true, (device) => device.stream.destroy()],
    ['CLIENT_ERROR', true, (device) => device.publish('a', Buffer.alloc(131_073))],
    ['FORBIDDEN_ACCESS', true, (device) => device.publish('$aws/x', '')],
    ['DUPLICATE_CLIENTID', true, (device, { connect }) => connect(withoutWill(device))],
    ['AUTH_ERROR', true, (_, { registry }, id) => registry.setStatus(id, 'INACTIVE')],
    [
      'API_INITIATED_DISCONNECT',
      true,
      (_, { broker }) => broker.disconnect('d1', { cleanSession: true, preventWillMessage: false }),
    ],
  ])('of a connection that ends with %s is published: %s', async (reason, isPublished, end) => {
    const harness = await startTlsHarness();
    const certificate = await harness.enrol('d1', [ANYTHING]);
    const device = await harness.connect({ ...harness.as('d1', certificate), will: WILL });
    await end(device, harness, certificate.certificateId);
    const { broker, published } = harness;
    await until(() => presenceOf(published).some(({ disconnectReason }) => disconnectReason === reason));
    await broker.publish('after', Buffer.alloc(0), 1);

    const wills = published.filter(({ topic }) => topic === WILL.topic);
    expect(wills).toEqual(
      isPublished ? [expect.objectContaining({ payload: WILL.payload, qos: 1, clientId: 'd1' })] : [],
    );
    const late = await harness.connect(harness.as('late', await harness.enrol('late', [ANYTHING])));
    const received = await collect(late, WILL.topic);
    await broker.publish(WILL.topic, Buffer.from('end'), 1);
    await until(() => received.some(([, text]) => text === 'end'));
    expect(received).toHaveLength(isPublished ? 2 : 1);
  });
});

function withoutWill({ options }: MqttClient) {
  const { will: _, ...rest } = options;
  return rest;
}
