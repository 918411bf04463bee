import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  LEASE_MS,
  type SettleCredentialsDependencies,
  settleCredentials,
} from '../../../shared/commands/settle-credentials.ts';
import { createRequests } from '../../support/requests.ts';
import { createFakeRegistry, type FakeRegistry } from './fake-registry.ts';

const fixture = useStore();
const DEVICE = { deviceId: 'sensor-1' };

describe('settleCredentials', () => {
  let registry: FakeRegistry;
  let requests: ReturnType<typeof createRequests>;
  beforeEach(async () => {
    registry = createFakeRegistry();
    requests = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
  });

  const settle = (dependencies: Partial<SettleCredentialsDependencies> = {}) =>
    settleCredentials(DEVICE, {
      ...fixture.at,
      deadlineEpochMs: Number.POSITIVE_INFINITY,
      credentials: registry,
      leaseId: crypto.randomUUID(),
      ...dependencies,
    });
  const device = () => fixture.at.read('devices', 'sensor-1');
  const invalidDevice = () => fixture.at.read('invalidDevices', 'sensor-1');

  async function decommissioned(certificateIds: readonly string[] = ['one', 'two']) {
    await requests.register();
    const current = await fixture.at.device('sensor-1');
    await fixture.at.put('devices', { ...current.record, certificateIds });
    fixture.at.clock.advance(1);
    await requests.decommission();
  }

  describe('of a decommissioned device', () => {
    it('turns its certificates off, drops its session, and says so in the record', async () => {
      registry.add('one');
      registry.add('two');
      await decommissioned();
      expect(await invalidDevice()).toMatchObject({
        credentials: 'pending',
        pendingSince: expect.any(Number),
      });

      expect(await settle()).toEqual({
        deviceId: 'sensor-1',
        credentials: 'inactive',
        certificateIds: ['one', 'two'],
        sharedCertificateIds: [],
      });

      expect(registry.changes).toEqual(['one INACTIVE', 'two INACTIVE', 'sensor-1 disconnected']);
      const record = await invalidDevice();
      expect(record).toMatchObject({ credentials: 'inactive', version: 1 });
      expect(record).not.toHaveProperty('pendingSince');
      expect(record).not.toHaveProperty('pendingCredentials');
    });

    it('asks the registry only where no certificate is known', async () => {
      registry.add('one');
      await decommissioned(['one']);
      await settle();
      expect(registry.listings).toBe(0);
    });

    it('finds in the registry what the device never used', async () => {
      registry.add('unused');
      registry.add('of another', { thingNames: ['sensor-2'] });
      await decommissioned([]);
      await settle();
      expect(registry.statusOf('unused')).toBe('INACTIVE');
      expect(registry.statusOf('of another')).toBe('ACTIVE');
    });

    it('leaves shared certificates on, and reports them', async () => {
      registry.add('one');
      registry.add('two', { thingNames: ['sensor-1', 'sensor-2'] });
      await decommissioned();
      expect(await settle()).toMatchObject({ certificateIds: ['one'], sharedCertificateIds: ['two'] });
      expect(registry.statusOf('two')).toBe('ACTIVE');
    });

    it('does nothing about certificates that are gone', async () => {
      await decommissioned();
      expect(await settle()).toMatchObject({ credentials: 'inactive', certificateIds: [] });
      expect(registry.changes).toEqual(['sensor-1 disconnected']);
    });

    it('changes nothing when it is repeated', async () => {
      registry.add('one');
      await decommissioned(['one']);
      const answer = await settle();
      const before = registry.changes.length;
      expect(await settle()).toEqual(answer);
      expect(registry.changes).toHaveLength(before);
    });

    it('is to be tried again when AWS IoT throttles, at once', async () => {
      registry.add('one');
      await decommissioned(['one']);
      registry.throttle(1);
      await expect(settle()).rejects.toMatchObject({ name: 'Throttled' });
      expect(await settle()).toMatchObject({ credentials: 'inactive' });
    });

    it('takes out of the index what is done already', async () => {
      registry.add('one');
      await decommissioned(['one']);
      await settle();
      const record = await invalidDevice();
      await fixture.at.put('invalidDevices', { ...record, pendingCredentials: '1', pendingSince: 1 });
      expect(await settle()).toMatchObject({ credentials: 'inactive', certificateIds: ['one'] });
      expect(await invalidDevice()).toEqual(record);
    });

    it('refuses a device that nobody knows', () =>
      expect(settle()).rejects.toMatchObject({ name: 'DeviceNotFound' }));
  });

  describe('of a restored device', () => {
    async function restored() {
      fixture.at.clock.advance(1);
      await requests.restore();
    }

    it('gives back exactly what it had, and leaves no trace', async () => {
      registry.add('one');
      registry.add('two', { status: 'INACTIVE' });
      await decommissioned();
      const { credentials: _, ...before } = (await invalidDevice()) ?? {};
      await settle();
      await restored();
      expect(registry.statusOf('one')).toBe('INACTIVE');
      expect(await device()).toMatchObject({ pendingSince: expect.any(Number) });

      expect(await settle()).toMatchObject({ credentials: 'active', certificateIds: ['one'] });

      expect(registry.statusOf('one')).toBe('ACTIVE');
      expect(registry.statusOf('two')).toBe('INACTIVE');
      for (const attribute of ['credentialsWork', 'pendingSince', 'pendingCredentials', 'credentials']) {
        expect(await device()).not.toHaveProperty(attribute);
      }
      expect(await device()).toMatchObject({ serialNumber: before['serialNumber'], version: 2 });
    });

    it('leaves a certificate as it is that somebody has revoked meanwhile', async () => {
      registry.add('one');
      await decommissioned(['one']);
      await settle();
      registry.set('one', 'REVOKED');
      await restored();
      expect(await settle()).toMatchObject({ credentials: 'active' });
      expect(registry.statusOf('one')).toBe('REVOKED');
    });

    it('has nothing to do where nothing was turned off yet', async () => {
      registry.add('one');
      await decommissioned(['one']);
      await restored();
      expect(await device()).not.toHaveProperty('pendingSince');
      expect(await settle()).toMatchObject({ credentials: 'active', certificateIds: [] });
      expect(registry.changes).toEqual([]);
    });

    it('turns off again what was not turned on yet, when it is decommissioned once more', async () => {
      registry.add('one');
      registry.add('two');
      await decommissioned();
      await settle();
      await restored();
      registry.set('two', 'ACTIVE');
      fixture.at.clock.advance(1);
      await requests.decommission({ requestId: 'decommission-2' });
      expect(await settle()).toMatchObject({ credentials: 'inactive', certificateIds: ['one', 'two'] });
      fixture.at.clock.advance(1);
      await requests.restore({ requestId: 'restore-2' });
      await settle();
      expect([registry.statusOf('one'), registry.statusOf('two')]).toEqual(['ACTIVE', 'ACTIVE']);
    });
  });

  describe('while somebody else works on it', () => {
    /** A worker that dies at its `point`-th call, and answers nothing any more. */
    function mortal(
      point: number,
    ): Partial<SettleCredentialsDependencies> & { readonly calls: () => number } {
      let calls = 0;
      const die = <T extends object>(target: T): T =>
        new Proxy(target, {
          get(object, property) {
            const method = Reflect.get(object, property);
            if (typeof method !== 'function') return method;
            return async (...parts: unknown[]) => {
              calls += 1;
              if (calls >= point) throw new Error('killed');
              return method.apply(object, parts);
            };
          },
        });
      return { store: die(fixture.at.store), credentials: die(registry as never), calls: () => calls };
    }

    it('leaves it alone until the lease has ended', async () => {
      registry.add('one');
      await decommissioned(['one']);
      await expect(settle(mortal(5))).rejects.toThrow('killed');
      await expect(settle()).rejects.toMatchObject({ name: 'CredentialsBusy', retryable: true });
      fixture.at.clock.advance(LEASE_MS);
      expect(await settle()).toMatchObject({ credentials: 'inactive' });
    });

    /** Tries every point between two calls, until a worker gets through. */
    async function atEveryPoint(prepare: () => Promise<void>, check: () => Promise<void>): Promise<number> {
      for (let point = 1; ; point += 1) {
        fixture.at.clock.advance(LEASE_MS);
        await prepare();
        const worker = mortal(point);
        const isThrough = await settle(worker).then(
          () => true,
          () => false,
        );
        fixture.at.clock.advance(LEASE_MS);
        await settle();
        await check();
        if (isThrough) return point;
      }
    }

    it('ends with every certificate off, wherever it is killed', async () => {
      let round = 0;
      await decommissioned();
      const points = await atEveryPoint(
        async () => {
          registry.add('one');
          registry.add('two');
          if (round > 0) {
            await requests.restore({ requestId: `restore-${round}` });
            fixture.at.clock.advance(1);
            await settle();
            await requests.decommission({ requestId: `again-${round}` });
          }
          round += 1;
        },
        async () => {
          expect([registry.statusOf('one'), registry.statusOf('two')]).toEqual(['INACTIVE', 'INACTIVE']);
          expect(await invalidDevice()).toMatchObject({ credentials: 'inactive' });
        },
      );
      expect(points).toBeGreaterThan(8);
    });

    it('ends with every certificate on again, wherever it is killed on the way back', async () => {
      let round = 0;
      registry.add('one');
      registry.add('two');
      await decommissioned();
      const points = await atEveryPoint(
        async () => {
          if (round > 0) await requests.decommission({ requestId: `again-${round}` });
          await settle();
          fixture.at.clock.advance(1);
          await requests.restore({ requestId: `restore-${round}` });
          round += 1;
        },
        async () => {
          expect([registry.statusOf('one'), registry.statusOf('two')]).toEqual(['ACTIVE', 'ACTIVE']);
          expect(await device()).not.toHaveProperty('credentialsWork');
        },
      );
      expect(points).toBeGreaterThan(4);
    });

    it('ends with every certificate on, whenever the device is restored on the way', async () => {
      registry.add('one');
      registry.add('two');
      await decommissioned();
      for (let point = 1, isThrough = false; !isThrough; point += 1) {
        isThrough = true;
        let calls = 0;
        const interfered = <T extends object>(target: T): T =>
          new Proxy(target, {
            get(object, property) {
              const method = Reflect.get(object, property);
              if (typeof method !== 'function') return method;
              return async (...parts: unknown[]) => {
                calls += 1;
                if (calls === point) {
                  isThrough = false;
                  fixture.at.clock.advance(1);
                  await requests.restore({ requestId: `restore-${point}` });
                }
                return method.apply(object, parts);
              };
            },
          });
        await settle({ store: interfered(fixture.at.store), credentials: interfered(registry as never) });
        if (isThrough) break;
        await settle();
        expect([registry.statusOf('one'), registry.statusOf('two')]).toEqual(['ACTIVE', 'ACTIVE']);
        expect(await device()).not.toHaveProperty('credentialsWork');
        fixture.at.clock.advance(1);
        await requests.decommission({ requestId: `again-${point}` });
      }
    });
  });
});
