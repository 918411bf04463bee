import {
  DeleteThingShadowCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  ListNamedShadowsForThingCommand,
  UpdateThingShadowCommand,
} from '@aws-sdk/client-iot-data-plane';
import { fakeBroker } from '@device-lifecycle/test-kit/fake-broker.ts';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { createIotDataService } from '../../src/mqtt/iot-data-service.ts';

const clock = new FakeClock();
const NOW = clock.now() / 1_000;
const HOUR_MS = 60 * 60 * 1_000;

let endpoint: Endpoint;
let client: IoTDataPlaneClient;
let messages: (readonly [topic: string, message: unknown])[] = [];

beforeAll(async () => {
  const broker = fakeBroker({
    publish: async (topic, payload) => {
      messages.push([topic, JSON.parse(payload.toString())]);
    },
  });
  const log = silentLog;
  const services = { iotdata: createIotDataService({ broker, clock }) };
  endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log });
  client = new IoTDataPlaneClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

beforeEach(() => {
  messages = [];
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

function read(payload: Uint8Array | undefined) {
  return JSON.parse(Buffer.from(payload ?? []).toString());
}

async function update(thingName: string, document: unknown, shadowName?: string) {
  const payload = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  return read((await client.send(new UpdateThingShadowCommand({ thingName, shadowName, payload }))).payload);
}

async function get(thingName: string, shadowName?: string) {
  return read((await client.send(new GetThingShadowCommand({ thingName, shadowName }))).payload);
}

async function remove(thingName: string, shadowName?: string) {
  return read((await client.send(new DeleteThingShadowCommand({ thingName, shadowName }))).payload);
}

describe('a shadow', () => {
  it('answers what it was asked for, and holds all of it', async () => {
    const asked = { state: { desired: { colour: 'red', size: { width: 1 } } }, clientToken: 't1' };
    expect(await update('lamp', asked)).toEqual({
      state: asked.state,
      metadata: { desired: { colour: { timestamp: NOW }, size: { width: { timestamp: NOW } } } },
      version: 1,
      timestamp: NOW,
      clientToken: 't1',
    });
    await update('lamp', { state: { reported: { colour: 'blue' }, desired: { size: { height: 2 } } } });
    expect(await get('lamp')).toEqual({
      state: {
        desired: { colour: 'red', size: { width: 1, height: 2 } },
        reported: { colour: 'blue' },
        delta: { colour: 'red', size: { width: 1, height: 2 } },
      },
      metadata: {
        desired: {
          colour: { timestamp: NOW },
          size: { width: { timestamp: NOW }, height: { timestamp: NOW } },
        },
        reported: { colour: { timestamp: NOW } },
      },
      version: 2,
      timestamp: NOW,
    });
  });

  it('loses what is set to null, replaces arrays, and has no delta where all is as desired', async () => {
    await update('merge', { state: { desired: { a: [1, 2], b: { c: 1, d: 2 } }, reported: { a: [1] } } });
    await update('merge', { state: { desired: { a: [3], b: { c: null } } } });
    expect((await get('merge')).state.desired).toEqual({ a: [3], b: { d: 2 } });
    await update('merge', { state: { reported: { a: [3], b: { d: 2 } } } });
    expect((await get('merge')).state).toEqual({
      desired: { a: [3], b: { d: 2 } },
      reported: { a: [3], b: { d: 2 } },
    });
    await update('merge', { state: { desired: null } });
    expect((await get('merge')).state).toEqual({ reported: { a: [3], b: { d: 2 } } });
  });

  it('has whatever names its document has', async () => {
    const document =
      '{"state":{"desired":{"__proto__":{"a":1},"constructor":2},"reported":{"constructor":3}}}';
    await update('names', document);
    const { payload } = await client.send(new GetThingShadowCommand({ thingName: 'names' }));
    expect(Buffer.from(payload ?? []).toString()).toMatch(
      /"desired":{"__proto__":{"a":1},"constructor":2},"reported":{"constructor":3},"delta":{"__proto__":{"a":1},"constructor":2}/,
    );
  });

  it('is changed only in the version that is expected', async () => {
    await update('versioned', { state: { desired: { a: 1 } }, version: 0 });
    await update('versioned', { state: { desired: { a: 2 } }, version: 1 });
    await expect(update('versioned', { state: { desired: { a: 3 } }, version: 1 })).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
    expect((await get('versioned')).version).toBe(2);
  });

  it('counts on for 48 hours after it was deleted', async () => {
    await update('deleted', { state: { desired: { a: 1 } } });
    expect(await remove('deleted')).toEqual({ version: 1, timestamp: expect.any(Number) });
    await expect(get('deleted')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(remove('deleted')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await clock.advance(48 * HOUR_MS);
    expect((await update('deleted', { state: {} })).version).toBe(2);
    await remove('deleted');
    await clock.advance(48 * HOUR_MS + 1);
    expect((await update('deleted', { state: {} })).version).toBe(1);
  });

  it('tells of its changes', async () => {
    await update('told', { state: { desired: { a: 1 } } }, 'config');
    await update('told', { state: { reported: { a: 1 } } }, 'config');
    await remove('told', 'config');
    const prefix = '$aws/things/told/shadow/name/config/';
    expect(messages.map(([topic]) => topic)).toEqual(
      [
        'update/accepted',
        'update/delta',
        'update/documents',
        'update/accepted',
        'update/documents',
        'delete/accepted',
      ].map((subject) => `${prefix}${subject}`),
    );
    expect(messages[1]?.[1]).toMatchObject({ state: { a: 1 }, version: 1 });
    expect(messages[4]?.[1]).toMatchObject({
      previous: { state: { desired: { a: 1 } }, version: 1 },
      current: { state: { desired: { a: 1 }, reported: { a: 1 } }, version: 2 },
    });
  });

  it('with a name is listed in pages, and is another than the one without', async () => {
    for (const name of ['c', 'a', 'b']) await update('named', { state: { desired: { name } } }, name);
    await update('named', { state: { desired: { name: 'classic' } } });
    const list = (nextToken?: string) =>
      client.send(new ListNamedShadowsForThingCommand({ thingName: 'named', pageSize: 2, nextToken }));
    const first = await list();
    expect(first.results).toEqual(['a', 'b']);
    expect((await list(first.nextToken)).results).toEqual(['c']);
    expect((await get('named')).state.desired).toEqual({ name: 'classic' });
    expect((await get('named', 'a')).state.desired).toEqual({ name: 'a' });
  });

  const deep = (levels: number): object => (levels === 0 ? { a: 1 } : { a: deep(levels - 1) });
  it.each([
    ['no JSON', '{', 'InvalidRequestException', 400],
    ['no state', {}, 'InvalidRequestException', 400],
    ['a section that there is not', { state: { wanted: {} } }, 'InvalidRequestException', 400],
    ['a section that is no object', { state: { desired: 1 } }, 'InvalidRequestException', 400],
    ['nine levels', { state: { desired: deep(8) } }, 'InvalidRequestException', 400],
    ['a version that is text', { state: {}, version: '1' }, 'InvalidRequestException', 400],
    [
      'more than 8 KB',
      { state: { desired: { a: 'x'.repeat(8_192) } } },
      'RequestEntityTooLargeException',
      413,
    ],
  ])('is not changed by %s', async (_, document, name, httpStatusCode) => {
    await expect(update('refused', document)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    await expect(get('refused')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(messages).toEqual([]);
  });
});
