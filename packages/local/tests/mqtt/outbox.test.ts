import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { describe, expect, it } from '@jest/globals';
import type { Packet } from 'mqtt';
import { markerFor, startHarness, until } from './broker-harness.ts';

const HOUR_MS = 60 * 60 * 1000;
const RESEND_MS = 50;

/** What mqtt.js sends its packets with. */
interface Sending {
  _sendPacket(packet: Packet, done: () => void): void;
}

/** A client that has subscribed, and whose PUBACKs go out when the test says so. */
async function startSilent(clean: boolean) {
  const clock = new FakeClock(new Date().toISOString());
  const harness = await startHarness({ clock, resendMs: RESEND_MS });
  const client = await harness.connect({ clientId: 'd1', clean });
  const received: { readonly text: string; readonly messageId: number | undefined; readonly dup: boolean }[] =
    [];
  const pubacks: (() => void)[] = [];
  const sending = client as unknown as Sending;
  const send = sending._sendPacket.bind(client);
  sending._sendPacket = (packet, done) => {
    if (packet.cmd !== 'puback') send(packet, done);
    else {
      pubacks.push(() => send(packet, () => undefined));
      done();
    }
  };
  const marker = await markerFor(harness, client);
  client.on('message', (topic, payload, { messageId, dup }) => {
    if (topic !== 'marker') received.push({ text: payload.toString(), messageId, dup });
  });
  await client.subscribeAsync('a', { qos: 1 });
  const publish = (text: string) => harness.broker.publish('a', Buffer.from(text), 1);
  return { ...harness, marker, clock, client, received, pubacks, publish };
}

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
describe.each([true, false])('QoS 1 messages to a client (clean: %s)', (clean) => {
  it('are a hundred at most that it has not acknowledged; the others follow, in order', async () => {
    const { publish, marker, received, pubacks } = await startSilent(clean);
    const texts = Array.from({ length: 150 }, (_, index) => String(index));
    for (const text of texts) await publish(text);
    await until(() => received.length === 100);
    await marker();
    expect(received).toHaveLength(100);

    pubacks.shift()?.();
    await until(() => received.length === 101);
    for (let sent = 1; sent < texts.length; sent += 1) {
      await until(() => pubacks.length > 0);
      pubacks.shift()?.();
    }
    await until(() => received.length === 150);
    expect(received.map(({ text }) => text)).toEqual(texts);
  });

  it('are sent again, without the DUP flag, until it acknowledges them', async () => {
    const { publish, clock, received, pubacks } = await startSilent(clean);
    await publish('x');
    await until(() => received.length === 1);
    await clock.advance(RESEND_MS);
    await until(() => received.length === 2);
    expect(received[1]).toEqual({ ...received[0], dup: false });

    pubacks[0]?.();
    await publish('y');
    await until(() => received.length === 3);
    await clock.advance(RESEND_MS);
    await until(() => received.length === 4);
    expect(received.map(({ text }) => text)).toEqual(['x', 'x', 'y', 'y']);
  });

  it('are given up after an hour', async () => {
    const { publish, clock, client, received, pubacks, dial, connect } = await startSilent(clean);
    await publish('x');
    await until(() => received.length === 1);
    await clock.advance(HOUR_MS);
    await publish('y');
    await until(() => received.length === 2);
    await clock.advance(RESEND_MS);
    // Messages are sent again in their order: x would come before y.
    await until(() => received.length === 3);
    expect(received.map(({ text }) => text)).toEqual(['x', 'y', 'y']);
    pubacks.at(-1)?.();
    await client.endAsync();

    const again = dial({ clientId: 'd1', clean });
    const texts: string[] = [];
    again.on('message', (_, payload) => texts.push(payload.toString()));
    await new Promise<void>((resolve) => again.once('connect', () => resolve()));
    await again.subscribeAsync('a', { qos: 1 });
    await (await connect({ clientId: 'd2' })).publishAsync('a', 'end', { qos: 1 });
    await until(() => texts.includes('end'));
    expect(texts).toEqual(['end']);
  });
});
