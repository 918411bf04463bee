import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { injectFaults } from '../../support/faults.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `sensor-${index + 1}`);

/** Lets DynamoDB leave out all but so many keys of each call. */
function processAtMost(at: StoreFixture, limits: number[]): void {
  at.client.middlewareStack.add(
    (next, context) => async (args) => {
      const limit = context['commandName'] === 'BatchGetItemCommand' ? limits.shift() : undefined;
      if (limit === undefined) return next(args);
      const [[table = '', { Keys = [] } = {}] = []] = Object.entries<{ Keys?: object[] }>(
        Object(args.input).RequestItems,
      );
      const left = { [table]: { Keys: Keys.slice(limit) } };
      if (limit === 0) {
        return { response: {}, output: { $metadata: {}, Responses: {}, UnprocessedKeys: left } } as never;
      }
      const some = { ...args.input, RequestItems: { [table]: { Keys: Keys.slice(0, limit) } } };
      const answer = await next({ ...args, input: some as typeof args.input });
      return { ...answer, output: { ...answer.output, UnprocessedKeys: left } };
    },
    { step: 'initialize', name: 'processAtMost', override: true },
  );
}

export function describeReadingMany(createFixture: () => Promise<StoreFixture>): void {
  describe('reading many', () => {
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
    });

    it('finds devices in service, and says which are not there', async () => {
      for (const id of ids(3)) await at.store.register(aDevice({ id }), at);
      await at.decommission('sensor-2', { ttlInSeconds: 60 });

      const devices = await at.store.readDevices(ids(3), at);
      const invalidDevices = await at.store.readInvalidDevices(ids(3), at);

      expect([...devices.keys()].toSorted()).toEqual(ids(3));
      expect(devices.get('sensor-1')).toEqual(await at.device('sensor-1'));
      expect(devices.get('sensor-2')).toBeUndefined();
      expect(invalidDevices.get('sensor-2')).toEqual(await at.invalidDevice('sensor-2'));
      expect(invalidDevices.get('sensor-1')).toBeUndefined();
    });

    it('reads more than one call can', async () => {
      for (const id of ids(101)) await at.put('devices', aDevice({ id }));
      const calls: string[] = [];
      injectFaults(at.client, ({ commandName }) => void calls.push(commandName));
      const devices = await at.store.readDevices(ids(101), at);
      expect([...devices.values()].filter((device) => device !== undefined)).toHaveLength(101);
      expect(calls).toHaveLength(2);
    });

    it('asks again for what DynamoDB has left out', async () => {
      for (const id of ids(3)) await at.put('devices', aDevice({ id }));
      processAtMost(at, [1, 0, 1]);
      const devices = await at.store.readDevices(ids(3), at);
      expect([...devices.values()].filter((device) => device !== undefined)).toHaveLength(3);
    });

    it('leaves out what DynamoDB goes on to leave out', async () => {
      for (const id of ids(3)) await at.put('devices', aDevice({ id }));
      processAtMost(at, [1, 0, 0, 0]);
      const devices = await at.store.readDevices(ids(3), at);
      expect([...devices.keys()]).toEqual(['sensor-1']);
    });
  });

  describe('looking for devices that have not been seen for long', () => {
    const seenBefore = START;
    const before = START - 1;
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
    });

    async function find(totalSegments = 1) {
      const pages = await Promise.all(
        Array.from({ length: totalSegments }, (_, segment) =>
          at.store.scanStaleDevices({ segment, totalSegments, seenBefore }, at),
        ),
      );
      expect(pages.every(({ cursor }) => cursor === undefined)).toBe(true);
      return pages.flatMap(({ devices }) => devices);
    }
    const presence = (connected: boolean, atMs: number) => ({
      presence: { connected, sessionIdentifier: 's', versionNumber: 0, at: atMs },
    });

    it('finds each in one segment, with the latest of what was heard of it, and no guards', async () => {
      for (const id of ids(20)) {
        await at.store.register(aDevice({ id, registeredAt: before - 10, type: 'pump' }), at);
      }
      await at.store.recordHeartbeat('sensor-1', before - 5, at);
      await at.store.recordPresence('sensor-2', presence(false, before - 3).presence, at);
      const found = await find(4);
      const byId = new Map(found.map((device) => [device.deviceId, device]));

      expect(found).toHaveLength(20);
      expect(byId.size).toBe(20);
      expect(byId.get('sensor-1')).toEqual({
        deviceId: 'sensor-1',
        serialNumber: 'SN-sensor-1',
        type: 'pump',
        lastSeenAt: before - 5,
      });
      expect(byId.get('sensor-2')).toHaveProperty('lastSeenAt', before - 3);
      expect(byId.get('sensor-3')).toHaveProperty('lastSeenAt', before - 10);
    });

    it.each<[why: string, changes: object]>([
      ['was registered since', { registeredAt: START }],
      ['was heard of since', { registeredAt: before, lastSeenAt: START }],
      ['went offline since', { registeredAt: before, ...presence(false, START) }],
      ['is connected', { registeredAt: before, ...presence(true, before) }],
    ])('leaves out what %s', async (_, changes) => {
      await at.put('devices', { ...aDevice(), ...changes });
      expect(await find()).toEqual([]);
    });

    it('goes on where a page has ended', async () => {
      for (const id of ids(3)) await at.put('devices', aDevice({ id, registeredAt: before }));
      at.client.middlewareStack.add(
        (next) => (args) => next({ ...args, input: { ...args.input, Limit: 1 } as typeof args.input }),
        { step: 'initialize' },
      );
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const scan = { segment: 0, totalSegments: 1, seenBefore, cursor };
        const page = await at.store.scanStaleDevices(scan, at);
        found.push(...page.devices.map(({ deviceId }) => deviceId));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found.toSorted()).toEqual(ids(3));
    });
  });
}
