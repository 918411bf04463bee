import { randomUUID } from 'node:crypto';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { connectCareless, connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDeadLetters, type DeadLetters } from '../support/dead-letters.ts';
import { nextAnswer } from './next-answer.ts';

let stack: RunningStack;
let deadLetters: DeadLetters;
let device: Device;

beforeAll(async () => {
  stack = await startStack();
  deadLetters = createDeadLetters(stack);
});

beforeEach(async () => {
  device = await connectNewDevice(stack, `dev-${randomUUID()}`);
});

afterEach(() => {
  device.mqtt.end(true);
});

afterAll(async () => {
  deadLetters.close();
  await stack.stop();
});

/** Publishes just these bytes, and resolves to the answer. */
async function publish(payload: string | Buffer, operation = 'register') {
  const answer = nextAnswer(device.mqtt);
  await device.mqtt.publishAsync(`devices/${device.deviceId}/${operation}`, payload, { qos: 1 });
  return answer;
}

describe('a message that is not understood', () => {
  it.each([
    ['is not JSON', 'hello'],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['is no object', '[]'],
    ['lacks a field', '{}'],
    ['has a field of the wrong type', '{"serialNumber":17}'],
    ['has a field that is unknown', '{"serialNumber":"S","colour":"red"}'],
    ['has a requestId of the wrong type', '{"serialNumber":"S","requestId":7}'],
    ['has a number that would lose digits', '{"serialNumber":"S","attributes":{"n":9007199254740993}}'],
    ['is 128 KB of nonsense', 'x'.repeat(128 * 1024)],
  ])('that %s is rejected with InvalidInput', async (_, payload) => {
    const { topic, body } = await publish(payload);
    expect(topic).toBe(`devices/${device.deviceId}/register/rejected`);
    expect(body).toMatchObject({ code: 'InvalidInput', requestId: expect.any(String) });
    expect(body['message']).toEqual(expect.stringMatching(/\w/));
  });

  it('is never retried and never dead-lettered, and changes nothing', async () => {
    await publish('nonsense');
    const reader = createTableReader(stack);
    expect((await reader.read()).devices).toEqual([]);
    reader.close();
    expect(await deadLetters.drain()).toEqual([]);
  });

  it('carries its requestId back where it has a usable one', async () => {
    const { body } = await publish('{"requestId":"mine","serialNumber":17}');
    expect(body['requestId']).toBe('mine');
  });

  it('may be as large as AWS IoT lets it be', async () => {
    const padding = 'x'.repeat(127 * 1024);
    const { topic } = await publish(JSON.stringify({ serialNumber: randomUUID(), attributes: { padding } }));
    expect(topic).toBe(`devices/${device.deviceId}/register/accepted`);
  });
});

describe('a message under another name', () => {
  it('is rejected on the sender’s own topic when the topic’s id is not the client’s', async () => {
    const careless = await connectCareless(stack, `careless-${randomUUID()}`);
    const answer = nextAnswer(careless.mqtt);
    await careless.mqtt.publishAsync('devices/somebody-else/register', '{"serialNumber":"S"}', { qos: 1 });
    const { topic, body } = await answer;
    expect(topic).toBe(`devices/${careless.deviceId}/register/rejected`);
    expect(body['code']).toBe('DeviceIdMismatch');
    careless.mqtt.end(true);
  });

  it('is rejected when the id is not one that AWS IoT allows', async () => {
    const illegal = await connectCareless(stack, 'no good id!');
    const answer = nextAnswer(illegal.mqtt);
    await illegal.mqtt.publishAsync('devices/no good id!/register', '{"serialNumber":"S"}', { qos: 1 });
    const { body } = await answer;
    expect(body['code']).toBe('InvalidInput');
    illegal.mqtt.end(true);
  });
});

describe('a message that nobody can be answered for', () => {
  const original = Buffer.from('{"serialNumber":"S"}');

  it('is dead-lettered with its payload when it came over HTTPS', async () => {
    const client = new IoTDataPlaneClient(stack.clientConfig);
    await client.send(new PublishCommand({ topic: 'devices/dev-1/register', payload: original, qos: 1 }));
    client.destroy();
    const [letter] = await deadLetters.take(1);
    expect(letter).toMatchObject({
      reason: 'Unanswerable',
      topic: 'devices/dev-1/register',
      clientId: 'n/a',
      base64OriginalPayload: original.toString('base64'),
    });
  });

  it('is dead-lettered with its payload when nobody offers the operation', async () => {
    const careless = await connectCareless(stack, `careless-${randomUUID()}`);
    const topic = `devices/${careless.deviceId}/explode`;
    await careless.mqtt.publishAsync(topic, original, { qos: 1 });
    const [letter] = await deadLetters.take(1);
    const base64OriginalPayload = original.toString('base64');
    expect(letter).toMatchObject({ reason: 'Unanswerable', topic, base64OriginalPayload });
    careless.mqtt.end(true);
  });
});
