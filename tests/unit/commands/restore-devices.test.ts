import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type RestoreDevicesInput, restoreDevices } from '../../../shared/commands/restore-devices.ts';
import { type DeviceOutcome, readRow } from '../../../shared/domain/fleet.ts';
import { Throttled } from '../../../shared/errors.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import { injectFaults } from '../../support/faults.ts';

const fixture = useStore();
const REQUEST = { requestedBy: 'operator', requestId: 'fleet-1', requestedAt: START } as const;
const IDS = ['sensor-1', 'sensor-2', 'sensor-3'] as const;

describe('restoreDevices', () => {
  beforeEach(async () => {
    for (const id of IDS) {
      await fixture.at.store.register(aDevice({ id }), fixture.at);
      await fixture.at.decommission(id, { ttlInSeconds: 60 });
    }
  });

  const restore = (
    ids: readonly string[],
    { store = fixture.at.store, ...changes }: Partial<RestoreDevicesInput> & { store?: DeviceStore } = {},
  ): Promise<readonly DeviceOutcome[]> =>
    restoreDevices(
      { ...REQUEST, rows: ids.map((deviceId) => readRow({ deviceId })), ...changes },
      {
        store,
        clock: fixture.at.clock,
        deadlineEpochMs: fixture.at.deadlineEpochMs,
        failed: () => undefined,
      },
    );

  function countCalls(): string[] {
    const calls: string[] = [];
    injectFaults(fixture.at.client, ({ commandName }) => void calls.push(commandName));
    return calls;
  }

  it('moves every device back, each in a transaction of its own', async () => {
    const calls = countCalls();
    expect(await restore(IDS)).toEqual(IDS.map((deviceId) => ({ deviceId, outcome: 'restored' })));
    expect(calls.toSorted()).toEqual(['BatchGetItemCommand', ...IDS.map(() => 'TransactWriteItemsCommand')]);
    expect(await fixture.at.read('devices', 'sensor-2')).toMatchObject({ version: 2 });
    expect(await fixture.at.read('invalidDevices', 'sensor-2')).toBeUndefined();
  });

  it('answers a batch that is repeated as the first time, and another that its devices are active', async () => {
    const first = await restore([...IDS, 'nobody', 'sensor-1']);
    fixture.at.clock.advance(1_000);
    const calls = countCalls();

    expect(await restore([...IDS, 'nobody', 'sensor-1'])).toEqual(first);
    expect(await restore(['sensor-1'], { requestId: 'fleet-2' })).toEqual([
      { deviceId: 'sensor-1', outcome: 'alreadyActive' },
    ]);
    expect(calls).not.toContain('TransactWriteItemsCommand');
  });

  it('keeps what stands in the way of one device from its neighbours', async () => {
    const { store } = fixture.at;
    await store.register(aDevice({ id: 'brief' }), fixture.at);
    await fixture.at.decommission('brief', { ttlInSeconds: 1 });
    fixture.at.clock.advance(1_000);
    const throttling: DeviceStore = {
      ...store,
      restore: async (current, ...rest) => {
        if (current.record.id === 'sensor-1') throw new Throttled('for too long');
        return store.restore(current, ...rest);
      },
    };

    expect(await restore(['sensor-1', 'brief', '?', 'sensor-2'], { store: throttling })).toMatchObject([
      { outcome: 'failed', error: 'Throttled', retryable: true },
      { outcome: 'failed', error: 'RetentionExpired', retryable: false },
      { outcome: 'failed', error: 'InvalidInput', retryable: false },
      { outcome: 'restored' },
    ]);
    await expect(restore(['sensor-1'], { store: throttling })).rejects.toMatchObject({ name: 'Throttled' });
  });

  it('finds a device that has been decommissioned anew since it had read ahead', async () => {
    const { store } = fixture.at;
    const stale: DeviceStore = {
      ...store,
      readInvalidDevices: async (ids, timing) => {
        const ahead = await store.readInvalidDevices(ids, timing);
        await restore(['sensor-1'], { requestId: 'other' });
        const decommission = aDecommission({ requestId: 'decommission-2' });
        await fixture.at.decommission('sensor-1', { decommission, ttlInSeconds: 90 });
        return ahead;
      },
    };
    expect(await restore(['sensor-1'], { store: stale })).toEqual([
      { deviceId: 'sensor-1', outcome: 'restored' },
    ]);
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ version: 3 });
  });

  it('refuses nothing because of an old record', async () => {
    const old = await fixture.at.invalidDevice('sensor-1');
    const decommission = { ...old.record.decommission, requestedAt: START + 1 };
    const store: DeviceStore = {
      ...fixture.at.store,
      readInvalidDevices: async () =>
        new Map([['sensor-1', { ...old, record: { ...old.record, decommission } }]]),
    };
    expect(await restore(['sensor-1'], { store })).toMatchObject([{ outcome: 'restored' }]);
  });

  it('says in a dry run what would happen, and writes nothing', async () => {
    const { store } = fixture.at;
    await store.register(aDevice({ id: 'active' }), fixture.at);
    await store.register(aDevice({ id: 'brief' }), fixture.at);
    await fixture.at.decommission('brief', { ttlInSeconds: 1 });
    const current = await fixture.at.invalidDevice('sensor-2');
    const deactivation = {
      requestId: 'decommission-1',
      certificateIds: ['c1', 'c2'],
      sharedCertificateIds: [],
    };
    const change = { credentialsWork: { deactivation }, credentials: 'inactive' } as const;
    await store.changeCredentials(current, change, fixture.at);
    fixture.at.clock.advance(1_000);
    const calls = countCalls();

    expect(await restore(['sensor-1', 'sensor-2', 'active', 'brief', 'nobody'], { dryRun: true })).toEqual([
      { deviceId: 'sensor-1', outcome: 'wouldRestore', certificates: 0 },
      { deviceId: 'sensor-2', outcome: 'wouldRestore', certificates: 2 },
      { deviceId: 'active', outcome: 'alreadyActive', certificates: 0 },
      expect.objectContaining({ deviceId: 'brief', error: 'RetentionExpired' }),
      expect.objectContaining({ deviceId: 'nobody', error: 'DeviceNotFound' }),
    ]);
    expect(new Set(calls)).toEqual(
      new Set(['BatchGetItemCommand', 'GetItemCommand', 'TransactGetItemsCommand']),
    );
    expect(await restore(['sensor-1'], { dryRun: true, requestedAt: START - 1 })).toMatchObject([
      { error: 'StaleRequest' },
    ]);
  });
});
