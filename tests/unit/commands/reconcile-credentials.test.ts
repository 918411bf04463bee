import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ReconcileCredentialsDependencies,
  reconcileCredentials,
} from '../../../shared/commands/reconcile-credentials.ts';
import { LEASE_MS } from '../../../shared/commands/settle-credentials.ts';
import { createFakeRegistry, type FakeRegistry } from './fake-registry.ts';

const fixture = useStore();
const MINUTE_MS = 60_000;

describe('reconcileCredentials', () => {
  let registry: FakeRegistry;
  let failures: [string, string][];
  beforeEach(() => {
    registry = createFakeRegistry();
    failures = [];
  });

  /** Time passes only while somebody waits. */
  const reconcile = (dependencies: Partial<ReconcileCredentialsDependencies> = {}, callsPerSecond = 10) =>
    reconcileCredentials(
      { callsPerSecond },
      {
        ...fixture.at,
        deadlineEpochMs: fixture.at.clock() + MINUTE_MS,
        credentials: registry,
        leaseId: crypto.randomUUID(),
        sleep: async (ms) => fixture.at.clock.advance(ms),
        observe: {
          settled: () => undefined,
          failed: (deviceId, { name }) => failures.push([deviceId, name]),
        },
        ...dependencies,
      },
    );

  /** Devices that were decommissioned one second after the other. */
  async function decommissioned(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const id = `sensor-${index}`;
      const certificateId = `certificate-${index}`;
      registry.add(certificateId, { thingNames: [id] });
      await fixture.at.store.register(aDevice({ id, certificateIds: [certificateId] }), fixture.at);
      await fixture.at.decommission(id, {
        decommission: { requestId: `decommission-${index}`, at: START + index * 1000 },
      });
    }
    fixture.at.clock.set(START + count * 1000);
  }

  const turnedOff = () =>
    registry.changes
      .filter((change) => change.endsWith('INACTIVE'))
      .map((change) => Number(/\d+/.exec(change)));

  it('works off all that is pending, the newest first', async () => {
    await decommissioned(12);
    expect(await reconcile()).toEqual({ settled: 12, deferred: 0, failed: 0, oldestPendingMs: 0 });
    const order = turnedOff();
    expect(order).toHaveLength(12);
    // Four at a time: none is turned off long before its turn.
    for (const [position, index] of order.entries()) expect(11 - index - position).toBeLessThan(4);
  });

  it('calls no operation more often than it may', async () => {
    await decommissioned(30);
    const startedAt = fixture.at.clock();
    await reconcile({}, 2);
    expect(fixture.at.clock() - startedAt).toBeGreaterThanOrEqual(29 * 500);
  });

  it('ends before its time does, and tells how old the rest is', async () => {
    await decommissioned(30);
    const result = await reconcile({ deadlineEpochMs: fixture.at.clock() + 10_000 }, 2);
    expect(result.settled).toBeGreaterThan(5);
    expect(result.settled).toBeLessThan(15);
    expect(result.oldestPendingMs).toBeGreaterThan(30_000);
    expect(await reconcile()).toMatchObject({ settled: 30 - result.settled, oldestPendingMs: 0 });
  });

  it('pauses and goes on where AWS IoT throttles, and leaves the device for the next time', async () => {
    await decommissioned(5);
    registry.throttle(1);
    expect(await reconcile()).toMatchObject({ settled: 4, deferred: 1, failed: 0 });
    expect(await reconcile()).toMatchObject({ settled: 1, deferred: 0 });
  });

  it('leaves what others are at, until their lease has ended', async () => {
    await decommissioned(3);
    const current = await fixture.at.invalidDevice('sensor-1');
    const lease = { id: 'another', until: fixture.at.clock() + LEASE_MS };
    await fixture.at.store.changeCredentials(
      current,
      { credentialsWork: { lease }, credentials: 'pending' },
      fixture.at,
    );
    expect(await reconcile()).toMatchObject({ settled: 2, deferred: 1 });
    fixture.at.clock.advance(LEASE_MS);
    expect(await reconcile()).toMatchObject({ settled: 1, deferred: 0 });
  });

  it('reports a device that fails, and does not let it hold up the others', async () => {
    await decommissioned(4);
    const credentials = {
      ...registry,
      async describeCertificate(certificateId: string) {
        if (certificateId === 'certificate-2') throw new TypeError('a fault of our own');
        return registry.describeCertificate(certificateId);
      },
    };
    expect(await reconcile({ credentials })).toMatchObject({ settled: 3, failed: 1 });
    expect(failures).toEqual([['sensor-2', 'TypeError']]);
  });

  it('turns on again what a restore has left to be done', async () => {
    await decommissioned(1);
    await reconcile();
    const current = await fixture.at.invalidDevice('sensor-0');
    const lastRestore = {
      requestId: 'restore-1',
      requestedAt: fixture.at.clock(),
      version: 2,
      undone: { requestId: 'decommission-0', credentials: 'inactive' as const },
    };
    await fixture.at.store.restore(current, { lastRestore, updatedAt: fixture.at.clock() }, fixture.at);
    expect(await reconcile()).toMatchObject({ settled: 1 });
    expect(registry.statusOf('certificate-0')).toBe('ACTIVE');
  });

  it('has nothing to do where nothing is pending', async () => {
    expect(await reconcile()).toEqual({ settled: 0, deferred: 0, failed: 0, oldestPendingMs: 0 });
  });
});
