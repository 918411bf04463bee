import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { describe, expect, it } from '@jest/globals';
import { createIotDataService } from '../../src/mqtt/iot-data-service.ts';
import { startHarness, until } from './broker-harness.ts';

const SHADOW = '$aws/things/pump/shadow';
const NAMED = '$aws/things/pump/shadow/name/config';

/** A client that has subscribed to all that a shadow tells, but for what has been asked of it. */
async function startShadows(prefix: string) {
  const clock = new FakeClock(new Date().toISOString());
  const harness = await startHarness({ clock });
  createIotDataService({ broker: harness.broker, clock });
  const client = await harness.connect({ clientId: 'pump' });
  const received: [string, unknown][] = [];
  client.on('message', (topic, payload) =>
    received.push([topic.slice(prefix.length + 1), JSON.parse(payload.toString())]),
  );
  for (const filter of ['+/accepted', '+/rejected', 'update/delta', 'update/documents']) {
    await client.subscribeAsync(`${prefix}/${filter}`, { qos: 1 });
  }
  return {
    ...harness,
    timestamp: Math.floor(clock.now() / 1000),
    /** Publishes a request, and gives what `count` messages say. */
    async ask(method: string, document: unknown, count = 1) {
      received.length = 0;
      const payload = typeof document === 'string' ? document : JSON.stringify(document);
      await client.publishAsync(`${prefix}/${method}`, payload, { qos: 1 });
      await until(() => received.length >= count);
      return received;
    },
  };
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-mqtt.html */
describe.each([
  ['the classic shadow', SHADOW],
  ['a named shadow', NAMED],
])('%s over MQTT', (_, prefix) => {
  it('is updated, read and deleted', async () => {
    const { ask, published, timestamp } = await startShadows(prefix);
    const state = { desired: { speed: 2 }, reported: { speed: 1 } };
    const updated = await ask('update', { state, clientToken: 't1' }, 3);
    expect(updated.map(([subject]) => subject)).toEqual([
      'update/accepted',
      'update/delta',
      'update/documents',
    ]);
    expect(updated[0]?.[1]).toMatchObject({ state, version: 1, timestamp, clientToken: 't1' });
    expect(updated[1]?.[1]).toMatchObject({ state: { speed: 2 }, version: 1, clientToken: 't1' });
    expect(updated[2]?.[1]).toMatchObject({ current: { state, version: 1 } });
    // The rules get what is asked, and what is told.
    expect(published.map(({ topic }) => topic)).toEqual(
      expect.arrayContaining([`${prefix}/update`, `${prefix}/update/accepted`]),
    );

    const [read] = await ask('get', '');
    expect(read).toEqual(['get/accepted', expect.objectContaining({ version: 1, timestamp })]);
    const [deleted] = await ask('delete', { clientToken: 't2' });
    expect(deleted).toEqual(['delete/accepted', { version: 1, timestamp, clientToken: 't2' }]);
  });
});

/** https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-error-messages.html */
describe('a shadow rejects', () => {
  it.each([
    ['get', { clientToken: 't' }, 404, "No shadow exists with name: 'pump'", 't'],
    ['delete', '', 404, "No shadow exists with name: 'pump'", undefined],
    ['update', '{', 400, 'Invalid JSON', undefined],
    ['update', { clientToken: 't' }, 400, 'Missing required node: state', 't'],
    ['update', { state: 1 }, 400, 'State node must be an object', undefined],
    ['update', { state: { desired: 1 } }, 400, 'Desired node must be an object', undefined],
    ['update', { state: { reported: 1 } }, 400, 'Reported node must be an object', undefined],
    ['update', { state: {}, version: 'x' }, 400, 'Invalid version', undefined],
    ['update', { state: {}, version: 7 }, 409, 'Version conflict', undefined],
    ['update', { state: {}, clientToken: 'x'.repeat(65) }, 400, 'Invalid clientToken', undefined],
    ['update', { state: { wished: {} } }, 400, 'State contains an invalid node', undefined],
    [
      'update',
      { state: { desired: { a: 'x'.repeat(8192) } } },
      413,
      'The payload exceeds the maximum size allowed',
      undefined,
    ],
  ])('%s with %j: %d', async (method, document, code, message, clientToken) => {
    const { ask, timestamp } = await startShadows(SHADOW);
    const [rejected] = await ask(method, document);
    expect(rejected).toEqual([
      `${method}/rejected`,
      {
        code,
        message: expect.stringContaining(message),
        timestamp,
        ...(clientToken !== undefined && { clientToken }),
      },
    ]);
  });
});
