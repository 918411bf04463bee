import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ReconcilePurgesDependencies,
  reconcilePurges,
} from '../../../shared/commands/reconcile-purges.ts';
import { expiredPurge, type PurgeRecord } from '../../../shared/domain/purge.ts';
import { Throttled } from '../../../shared/errors.ts';
import { createFakeIot, type FakeIot } from '../../support/fake-remains.ts';

const fixture = useStore();

describe('reconcilePurges', () => {
  let iot: FakeIot;
  let heard: unknown[];
  beforeEach(() => {
    iot = createFakeIot();
    heard = [];
  });

  /** A device whose record is gone, for so long. */
  async function gone(deviceId: string, forMs: number): Promise<PurgeRecord> {
    const { at } = fixture;
    iot.addCertificate(`of-${deviceId}`, {}, deviceId);
    const device = {
      ...aDevice({ id: deviceId, certificateIds: [`of-${deviceId}`] }),
      decommission: aDecommission(),
      credentials: 'inactive' as const,
      ttl: 1,
    };
    const remains = expiredPurge(device, at.clock() - forMs);
    await at.store.recordPurge(remains, at);
    return remains;
  }

  const reconcile = (dependencies: Partial<ReconcilePurgesDependencies> = {}) => {
    const { clock, store } = fixture.at;
    return reconcilePurges(
      { callsPerSecond: 100 },
      {
        clock,
        deadlineEpochMs: clock() + 60_000,
        store,
        remains: iot,
        leaseId: crypto.randomUUID(),
        sleep: async (ms) => clock.advance(ms),
        observe: {
          purged: (deviceId, { thing }) => heard.push([deviceId, thing]),
          deferred: (deviceId, { name }) => heard.push([deviceId, name]),
          failed: (deviceId, { name }) => heard.push([deviceId, name]),
        },
        ...dependencies,
      },
    );
  };

  it('works off what is pending, the newest first, and says of each device that nothing is left', async () => {
    await gone('old', 60_000);
    await gone('new', 0);

    expect(await reconcile()).toEqual({ settled: 2, deferred: 0, failed: 0, oldestPendingMs: 0 });

    expect(heard.toSorted()).toEqual([
      ['new', 'deleted'],
      ['old', 'deleted'],
    ]);
    const order: string[] = [];
    await gone('older', 60_000);
    await gone('newer', 0);
    const { store } = fixture.at;
    const watched = {
      ...store,
      readPurge: (purgeId: string, timing: Parameters<typeof store.readPurge>[1]) => {
        order.push(purgeId.split('#')[1] ?? '');
        return store.readPurge(purgeId, timing);
      },
    };
    await reconcile({ store: watched });
    expect([...new Set(order)]).toEqual(['newer', 'older']);
  });

  it('leaves to the next run what AWS IoT has not detached, and names it', async () => {
    await gone('stuck', 5_000);
    iot.detachmentTakes = 1_000;

    const counts = await reconcile();

    expect(counts).toMatchObject({ settled: 0, deferred: 1, failed: 0 });
    expect(counts.oldestPendingMs).toBeGreaterThanOrEqual(5_000);
    expect(heard).toEqual([['stuck', 'StillAttached']]);
  });

  it('leaves to the next run what AWS IoT throttles, and names nobody for it', async () => {
    await gone('busy', 0);
    const describeCertificate = () => Promise.reject(new Throttled('busy'));
    expect(await reconcile({ remains: { ...iot, describeCertificate } })).toMatchObject({ deferred: 1 });
    expect(heard).toEqual([]);
  });

  it('names the device that fails, and goes on with the others', async () => {
    await gone('bad', 0);
    await gone('good', 1_000);
    const deleteThing = (thingName: string) =>
      thingName === 'bad' ? Promise.reject(new TypeError('a bug')) : iot.deleteThing(thingName);

    expect(await reconcile({ remains: { ...iot, deleteThing } })).toMatchObject({ settled: 1, failed: 1 });

    expect(heard.toSorted()).toEqual([
      ['bad', 'TypeError'],
      ['good', 'deleted'],
    ]);
  });
});
