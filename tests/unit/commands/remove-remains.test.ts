import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type RemoveRemainsDependencies, removeRemains } from '../../../shared/commands/remove-remains.ts';
import { LEASE_MS } from '../../../shared/commands/settle-credentials.ts';
import { expiredPurge, type PurgeRecord } from '../../../shared/domain/purge.ts';
import { Throttled } from '../../../shared/errors.ts';
import { createFakeIot, type FakeIot } from '../../support/fake-remains.ts';

const fixture = useStore();

class Crash extends Error {
  override readonly name = 'Crash';
}

/** What happens before and after the calls of a run, which are counted over all that it depends on. */
interface Interference {
  readonly before?: (call: number, name: string) => Promise<void> | void;
  readonly after?: (call: number) => Promise<void> | void;
}

describe('removeRemains', () => {
  let at: StoreFixture;
  let iot: FakeIot;
  let remains: PurgeRecord;
  beforeEach(async () => {
    at = fixture.at;
    iot = createFakeIot();
    remains = await expire('old');
  });

  /** A device with two certificates whose record has expired, and all that AWS IoT has of it. */
  async function expire(certificateId: string): Promise<PurgeRecord> {
    const certificateIds = [certificateId, `${certificateId}-spare`];
    for (const id of certificateIds) iot.addCertificate(id, {}, 'sensor-1');
    iot.thingGroups.set('pumps', new Set(['sensor-1', 'sensor-2']));
    iot.shadows.set('sensor-1', new Set(['', 'config']));
    const device = aDevice({ certificateIds, registeredAt: at.clock(), updatedAt: at.clock() });
    await at.store.register(device, at);
    await at.decommission('sensor-1', { decommission: { at: at.clock() }, ttlInSeconds: 60 });
    const current = await at.invalidDevice('sensor-1');
    const settled = { credentialsWork: undefined, credentials: 'inactive' } as const;
    const changed = await at.store.changeCredentials(current, settled, at);
    if (changed.outcome === 'changed') throw new Error('Nobody else has changed it.');
    at.clock.advance(60_000);
    const record = expiredPurge(changed.current.record, at.clock());
    const Key = { id: { S: 'sensor-1' } };
    await at.client.send(new DeleteItemCommand({ TableName: at.tables.invalidDevices, Key }));
    await at.store.recordPurge(record, at);
    return record;
  }

  /** Counts calls that matter, and lets others come between them. */
  function interfered({ before, after }: Interference): Pick<RemoveRemainsDependencies, 'store' | 'remains'> {
    let calls = 0;
    const watch = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(object, name) {
          const method = Reflect.get(object, name);
          if (typeof method !== 'function') return method;
          return async (...parameters: unknown[]) => {
            calls += 1;
            const call = calls;
            await before?.(call, String(name));
            const result = await method.apply(object, parameters);
            await after?.(call);
            return result;
          };
        },
      });
    return { store: watch(at.store), remains: watch(iot as RemoveRemainsDependencies['remains']) };
  }

  const remove = (dependencies: Partial<RemoveRemainsDependencies> = {}, purgeId: string = remains.id) =>
    removeRemains(
      { purgeId },
      {
        clock: at.clock,
        deadlineEpochMs: Number.POSITIVE_INFINITY,
        store: at.store,
        remains: iot,
        leaseId: crypto.randomUUID(),
        sleep: async (ms) => at.clock.advance(ms),
        ...dependencies,
      },
    );

  /** The device that is registered anew under the id, in the order in which AWS IoT lets it connect. */
  async function succeed(certificateId = 'new', createdAt = at.clock()): Promise<void> {
    iot.addCertificate(certificateId, { status: 'ACTIVE', createdAt }, 'sensor-1');
    const now = at.clock();
    const device = aDevice({ certificateIds: [certificateId], registeredAt: now, updatedAt: now });
    expect(await at.store.register(device, at)).toEqual({ outcome: 'registered' });
  }

  /** All that was the old device's is gone, and nothing of others. */
  function expectNothingLeft(): void {
    expect([...iot.certificates.keys()].filter((id) => id.startsWith('old'))).toEqual([]);
    expect(iot.things.has('sensor-1')).toBe(false);
    expect(iot.shadows.get('sensor-1')?.size).toBe(0);
    expect([...(iot.thingGroups.get('pumps') ?? [])]).toEqual(['sensor-2']);
  }

  const WHOLE_RECEIPT = {
    thing: 'deleted',
    certificateIds: ['old', 'old-spare'],
    keptCertificateIds: [],
    thingGroups: ['pumps'],
    shadows: ['', 'config'],
  };

  it('removes certificates, shadows, memberships and the thing, and gives a receipt', async () => {
    const { deviceId, receipt } = (await remove()) ?? {};

    expectNothingLeft();
    expect(deviceId).toBe('sensor-1');
    expect(receipt).toEqual({ completedAt: at.clock(), ...WHOLE_RECEIPT });
    expect((await at.store.readPurge(remains.id, at))?.receipt).toEqual(receipt);
    expect(await at.store.listPendingPurges('oldestFirst', 10, at)).toEqual([]);
  });

  it('gives the same receipt again, and none for what is long forgotten', async () => {
    const first = await remove();
    at.clock.advance(1_000);
    expect(await remove()).toEqual(first);
    expect(await remove({}, 'purge#sensor-1#ttl#0')).toBeUndefined();
  });

  it('waits while AWS IoT detaches, and comes again when that takes longer', async () => {
    iot.detachmentTakes = 5;
    await remove();
    expectNothingLeft();

    remains = await expire('old');
    iot.detachmentTakes = 50;
    await expect(remove()).rejects.toMatchObject({ name: 'StillAttached', retryable: true });
    await expect(remove()).rejects.toMatchObject({ name: 'StillAttached' });
    iot.detachmentTakes = 0;
    await remove();
    expectNothingLeft();
  });

  it('turns off for good what nobody had got to turning off', async () => {
    const pending = {
      ...remains,
      id: `${remains.id}-pending`,
      device: { ...remains.device, credentials: 'pending' },
    };
    for (const id of ['old', 'old-spare']) iot.addCertificate(id, { status: 'ACTIVE' }, 'sensor-1');
    await at.store.recordPurge(pending as PurgeRecord, at);

    await remove({}, pending.id);

    expectNothingLeft();
  });

  it('leaves a shared certificate to the others, and takes it from the thing', async () => {
    iot.addCertificate('old', { status: 'ACTIVE' }, 'sensor-1', 'sensor-2');

    const removed = await remove();

    expect(removed?.receipt).toMatchObject({
      certificateIds: ['old-spare'],
      keptCertificateIds: ['old'],
      thing: 'deleted',
    });
    expect(iot.certificates.get('old')).toMatchObject({
      status: 'ACTIVE',
      thingNames: new Set(['sensor-2']),
    });
    expect(iot.things.has('sensor-1')).toBe(false);
  });

  it('keeps the thing of whoever has turned a certificate on again, or prepares a new one', async () => {
    iot.addCertificate('new', { status: 'ACTIVE', createdAt: at.clock() }, 'sensor-1');

    const removed = await remove();

    expect(removed?.receipt).toMatchObject({
      thing: 'kept',
      certificateIds: ['old', 'old-spare'],
      keptCertificateIds: ['new'],
      shadows: [],
      thingGroups: [],
    });
    expect(iot.things.has('sensor-1')).toBe(true);
    expect(iot.shadows.get('sensor-1')?.size).toBe(2);
    expect(iot.certificates.get('new')?.thingNames).toEqual(new Set(['sensor-1']));
  });

  it('keeps a certificate that the new device has from the old one', async () => {
    await succeed('old');
    const removed = await remove();
    expect(removed?.receipt).toMatchObject({ thing: 'kept', certificateIds: ['old-spare'] });
    expect(iot.certificates.get('old')).toMatchObject({ status: 'ACTIVE' });
  });

  it('removes a certificate that was shared once the other thing is gone too', async () => {
    const shared = {
      ...remains,
      id: `${remains.id}-shared`,
      device: {
        ...remains.device,
        deactivation: { requestId: 'decommission-1', certificateIds: [], sharedCertificateIds: ['old'] },
      },
    };
    await at.store.recordPurge(shared, at);
    iot.addCertificate('old', { status: 'ACTIVE' }, 'sensor-1');

    const removed = await remove({}, shared.id);

    expectNothingLeft();
    expect(removed?.receipt).toMatchObject({ thing: 'deleted', certificateIds: ['old', 'old-spare'] });
  });

  it('keeps a thing with a principal that is no certificate', async () => {
    iot.identities.add('sensor-1');
    const removed = await remove();
    expect(removed?.receipt).toMatchObject({
      thing: 'kept',
      certificateIds: ['old', 'old-spare'],
      shadows: [],
    });
    expect(iot.things.has('sensor-1')).toBe(true);
  });

  it('lists in its receipt what is gone, not what was to go before another device came', async () => {
    const dying = { ...iot, deleteShadow: () => Promise.reject(new Crash()) };
    await expect(remove({ remains: dying })).rejects.toThrow(Crash);
    await succeed();
    iot.thingGroups.get('pumps')?.add('sensor-1');

    const removed = await remove();

    expect(removed?.receipt).toMatchObject({
      thing: 'kept',
      certificateIds: ['old', 'old-spare'],
      thingGroups: [],
      shadows: [],
    });
    expect(iot.shadows.get('sensor-1')?.size).toBe(2);
  });

  it('keeps what a new device can come back to, when that is out of service too', async () => {
    await succeed();
    await at.decommission('sensor-1', {
      decommission: { requestId: 'decommission-2', at: at.clock() },
      ttlInSeconds: 60,
    });

    const removed = await remove();

    expect(removed?.receipt).toMatchObject({ thing: 'kept', certificateIds: ['old', 'old-spare'] });
    expect(iot.certificates.has('new')).toBe(true);
    expect(iot.things.has('sensor-1')).toBe(true);
  });

  it('leaves it to whoever is at it already, until the lease has ended', async () => {
    await at.store.changePurge(remains, { lease: { id: 'other', until: at.clock() + LEASE_MS } }, at);
    await expect(remove()).rejects.toMatchObject({ name: 'PurgeBusy', retryable: true });
    at.clock.advance(LEASE_MS);
    await remove();
    expectNothingLeft();
  });

  it('lets go of it at once when it fails, so that another can go on', async () => {
    const throttled = { ...iot, deleteThing: () => Promise.reject(new Throttled('busy')) };
    await expect(remove({ remains: throttled })).rejects.toMatchObject({ name: 'Throttled' });
    await remove();
    expectNothingLeft();
  });

  async function countCalls(): Promise<number> {
    let calls = 0;
    const count = (call: number) => {
      calls = call;
    };
    await remove(interfered({ before: count }));
    return calls;
  }

  it('may be killed before and after each of its calls, and goes on to the same end and receipt', async () => {
    const calls = await countCalls();
    expect(calls).toBeGreaterThan(15);
    for (let fatal = 1; fatal <= calls; fatal += 1) {
      for (const moment of ['before', 'after'] as const) {
        remains = await expire('old');
        const kill = (call: number) => {
          if (call >= fatal) throw new Crash();
        };
        const died = await remove(interfered({ [moment]: kill })).then(
          () => false,
          () => true,
        );
        at.clock.advance(LEASE_MS);

        const removed = await remove();

        expect([fatal, moment, died]).toEqual([fatal, moment, true]);
        expectNothingLeft();
        expect(removed?.receipt).toMatchObject(WHOLE_RECEIPT);
      }
    }
  }, 60_000);

  it('never touches the device that is registered anew, at whatever moment that comes', async () => {
    const calls = await countCalls();
    for (let moment = 1; moment <= calls; moment += 1) {
      iot.certificates.delete('new');
      remains = await expire('old');
      const dependencies = interfered({
        before: (call) => (call === moment ? succeed() : undefined),
      });

      await remove(dependencies).catch((error: Error) =>
        expect([moment, error]).toMatchObject([moment, { retryable: true }]),
      );
      at.clock.advance(LEASE_MS);
      await remove();

      expect([moment, iot.certificates.get('new')]).toMatchObject([
        moment,
        { status: 'ACTIVE', thingNames: new Set(['sensor-1']) },
      ]);
      expect([moment, iot.things.has('sensor-1')]).toEqual([moment, true]);
      expect((await at.device('sensor-1')).record.certificateIds).toEqual(['new']);
      expect([...iot.certificates.keys()]).toEqual(['new']);
      expect((await at.store.readPurge(remains.id, at))?.receipt).toBeDefined();
      // The next round begins with a device that has left for good.
      await at.decommission('sensor-1', {
        decommission: { requestId: `next-${moment}`, at: at.clock() },
        ttlInSeconds: 1,
      });
      at.clock.advance(2_000);
    }
  }, 60_000);

  it('spares a certificate that a new device takes over, up to the call that turns it off', async () => {
    const calls = await countCalls();
    const broken: string[] = [];
    for (let moment = 1; moment <= calls; moment += 1) {
      iot.certificates.clear();
      remains = await expire('old');
      let interrupted = '';
      const takeOver = async (call: number, name: string) => {
        if (call !== moment) return;
        interrupted = name;
        const isTurnedOnAgain = iot.certificates.get('old')?.status === 'INACTIVE';
        await succeed(isTurnedOnAgain ? 'old' : 'new');
      };

      await remove(interfered({ before: takeOver })).catch((error: Error) =>
        expect([moment, error]).toMatchObject([moment, { retryable: true }]),
      );
      at.clock.advance(LEASE_MS);
      await remove();

      const [own = ''] = (await at.device('sensor-1')).record.certificateIds;
      const { status, thingNames } = iot.certificates.get(own) ?? {};
      if (status !== 'ACTIVE' || thingNames?.has('sensor-1') !== true) broken.push(interrupted);
      expect([moment, iot.things.has('sensor-1') || broken.length > 0]).toEqual([moment, true]);
      await at.decommission('sensor-1', {
        decommission: { requestId: `next-${moment}`, at: at.clock() },
        ttlInSeconds: 1,
      });
      at.clock.advance(2_000);
    }
    // AWS IoT has no condition for that call.
    expect(broken).toEqual(['revokeCertificate']);
  }, 60_000);

  it('never touches what another device leaves that has come and gone, at whatever moment that is', async () => {
    const calls = await countCalls();
    for (let moment = 1; moment <= calls; moment += 1) {
      remains = await expire('old');
      // A spare, which was made before the old device left.
      const comeAndGo = async () => {
        await succeed('spare', START);
        await at.decommission('sensor-1', {
          decommission: { requestId: `next-${moment}`, at: at.clock() },
          ttlInSeconds: 3_600,
        });
        const spare = iot.certificates.get('spare');
        if (spare !== undefined) spare.status = 'INACTIVE';
      };
      const dependencies = interfered({ before: (call) => (call === moment ? comeAndGo() : undefined) });

      await remove(dependencies).catch((error: Error) =>
        expect([moment, error]).toMatchObject([moment, { retryable: true }]),
      );

      expect([moment, iot.certificates.get('spare')]).toMatchObject([
        moment,
        { status: 'INACTIVE', thingNames: new Set(['sensor-1']) },
      ]);
      expect([moment, iot.things.has('sensor-1')]).toEqual([moment, true]);
      // The next round begins with nothing.
      const Key = { id: { S: 'sensor-1' } };
      await at.client.send(new DeleteItemCommand({ TableName: at.tables.invalidDevices, Key }));
      iot.certificates.clear();
      at.clock.advance(3_600_000);
    }
  }, 60_000);
});
