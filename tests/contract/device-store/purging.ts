import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { aDecommission, aDevice, aHold } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { InvalidDevice } from '../../../shared/domain/device.ts';
import { expiredPurge, type Receipt } from '../../../shared/domain/purge.ts';
import type { Snapshot } from '../../../shared/ports.ts';
import { remainsOf } from '../../support/purges.ts';

const RECEIPT: Receipt = {
  completedAt: 1,
  thing: 'deleted',
  certificateIds: ['one'],
  keptCertificateIds: [],
  thingGroups: [],
  shadows: [''],
};
const WEEK_SECONDS = 7 * 86_400;

export function describePurging(createFixture: () => Promise<StoreFixture>): void {
  describe('what is left of a purged device', () => {
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(aDevice({ certificateIds: ['one'] }), at);
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
    });

    /** As DynamoDB's removal tells it. */
    async function expired() {
      const { record } = await at.invalidDevice('sensor-1');
      return expiredPurge(record, at.clock() + 60_000);
    }

    it('is noted once, however often its removal is told', async () => {
      const remains = await expired();
      await at.store.recordPurge(remains, at);
      const leased = await at.store.changePurge(remains, { lease: { id: 'me', until: 1 } }, at);

      await at.store.recordPurge(remains, at);

      expect(await at.store.readPurge(remains.id, at)).toEqual(leased);
      expect(leased).toMatchObject({ ...remains, lease: { id: 'me', until: 1 } });
    });

    it('is listed until it has a receipt, the oldest first, and not among the credentials', async () => {
      const first = await expired();
      const { record } = await at.invalidDevice('sensor-1');
      const second = expiredPurge({ ...record, id: 'sensor-2' }, at.clock());
      for (const remains of [first, second]) await at.store.recordPurge(remains, at);

      const ids = async () =>
        (await at.store.listPendingPurges('oldestFirst', 10, at)).map(({ purgeId }) => purgeId);
      expect(await ids()).toEqual([second.id, first.id]);
      expect(await at.store.listPendingPurges('newestFirst', 1, at)).toMatchObject([{ purgeId: first.id }]);
      expect(await at.store.listPendingPurges('oldestFirst', 1, at)).toEqual([
        { purgeId: second.id, pendingSince: at.clock() },
      ]);
      const pending = await at.store.listPendingCredentials('newestFirst', 10, at);
      expect(pending.map(({ deviceId }) => deviceId)).toEqual(['sensor-1']);

      await at.store.changePurge(second, { lease: undefined, receipt: RECEIPT }, at);
      expect(await ids()).toEqual([first.id]);
    });

    it('goes by itself a week after it has its receipt', async () => {
      const remains = await expired();
      await at.store.recordPurge(remains, at);
      const found = { certificateIds: ['one'], thingGroups: [], shadows: [] };
      const leased = await at.store.changePurge(remains, { lease: { id: 'me', until: 1 }, found }, at);
      if (leased === undefined) throw new Error('It was leased by nobody else.');

      const done = await at.store.changePurge(leased, { lease: undefined, receipt: RECEIPT }, at);

      expect(done).toMatchObject({ receipt: RECEIPT, ttl: at.clock() / 1000 + WEEK_SECONDS });
      for (const gone of ['lease', 'found', 'pendingSince', 'pendingCredentials']) {
        expect(done).not.toHaveProperty(gone);
      }
    });

    it('is changed by one at a time, and never again once it has its receipt', async () => {
      const remains = await expired();
      await at.store.recordPurge(remains, at);
      const mine = await at.store.changePurge(remains, { lease: { id: 'me', until: 1 } }, at);
      expect(await at.store.changePurge(remains, { lease: { id: 'other', until: 1 } }, at)).toBeUndefined();
      const done = await at.store.changePurge(mine ?? remains, { lease: undefined, receipt: RECEIPT }, at);
      expect(done).toBeDefined();
      const again = { lease: undefined, receipt: { ...RECEIPT, completedAt: 2 } };
      expect(await at.store.changePurge(done ?? remains, again, at)).toBeUndefined();
    });

    it('keeps what somebody has found who came and went since it was read', async () => {
      const remains = await expired();
      await at.store.recordPurge(remains, at);
      const found = { certificateIds: ['one'], thingGroups: ['pumps'], shadows: [''] };
      const theirs = await at.store.changePurge(remains, { lease: { id: 'other', until: 1 }, found }, at);
      await at.store.changePurge(theirs ?? remains, { lease: undefined }, at);

      const mine = { lease: { id: 'me', until: 1 }, found: { ...found, thingGroups: [], shadows: [] } };
      expect(await at.store.changePurge(remains, mine, at)).toBeUndefined();

      expect((await at.store.readPurge(remains.id, at))?.found).toEqual(found);
    });

    it('is not made by a change', async () => {
      const remains = await expired();
      expect(await at.store.changePurge(remains, { lease: undefined }, at)).toBeUndefined();
      expect(await at.store.readPurge(remains.id, at)).toBeUndefined();
    });
  });

  describe('a purge or a hold that arrives when the retention is over', () => {
    let at: StoreFixture;
    let stale: Snapshot<InvalidDevice>;
    /** Another device has the id by then; the call was made a second before. */
    const early = () => ({ ...at, clock: () => at.clock() - 1_000 });

    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(aDevice(), at);
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      stale = await at.invalidDevice('sensor-1');
      at.clock.advance(60_000);
    });

    const registerAnew = (serialNumber: string) =>
      at.store.register(aDevice({ serialNumber, registeredAt: at.clock(), updatedAt: at.clock() }), at);

    it.each(['SN-sensor-1', 'SN-other'])(
      'holds nothing of it, be it registered with %s',
      async (serialNumber) => {
        await registerAnew(serialNumber);
        expect(await at.store.hold(stale, aHold(), early())).toEqual({ outcome: 'changed' });
        expect(await at.read('invalidDevices', 'sensor-1')).toHaveProperty('ttl');
      },
    );

    it('purges nothing of it', async () => {
      await registerAnew('SN-sensor-1');
      const purge = at.store.purge(stale, remainsOf(stale), early());
      await expect(purge).rejects.toMatchObject({ name: 'TransactionConflict' });
      expect(await at.read('devices', 'serialNumber#SN-sensor-1')).toMatchObject({ deviceId: 'sensor-1' });
    });
  });

  describe('a decommissioning over an expired record', () => {
    it('notes what is left of the other device, in the same step', async () => {
      const at = await createFixture();
      await at.store.register(aDevice({ certificateIds: ['old'] }), at);
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const old = (await at.invalidDevice('sensor-1')).record;
      at.clock.advance(60_000);
      const device = aDevice({ certificateIds: ['new'], registeredAt: at.clock(), updatedAt: at.clock() });
      await at.store.register(device, at);

      const change = { requestId: 'decommission-2', at: at.clock(), requestedAt: at.clock() };
      const outcome = await at.decommission('sensor-1', { decommission: change, ttlInSeconds: 60 });

      expect(outcome).toEqual({ outcome: 'decommissioned' });
      const { id } = expiredPurge(old, at.clock());
      expect(await at.store.readPurge(id, at)).toMatchObject({
        deviceId: 'sensor-1',
        device: { certificateIds: ['old'], decommission: aDecommission() },
        purge: { source: 'ttl', at: at.clock() },
      });
      expect((await at.invalidDevice('sensor-1')).record).toMatchObject({
        certificateIds: ['new'],
        decommission: { requestId: 'decommission-2' },
      });
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
    });

    it('answers "changed" when DynamoDB removes that record at the same moment', async () => {
      const at = await createFixture();
      await at.store.register(aDevice(), at);
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      at.clock.advance(60_000);
      await at.store.register(aDevice({ registeredAt: at.clock(), updatedAt: at.clock() }), at);
      const remove = { TableName: at.tables.invalidDevices, Key: { id: { S: 'sensor-1' } } };
      const sweepAfterFirstTry = (next: (args: never) => Promise<never>) => async (args: never) =>
        next(args).catch(async (error: unknown) => {
          at.client.middlewareStack.remove('sweep');
          await at.client.send(new DeleteItemCommand(remove));
          throw error;
        });
      at.client.middlewareStack.add(sweepAfterFirstTry as never, { step: 'initialize', name: 'sweep' });
      const decommission = { requestId: 'decommission-2', at: at.clock(), requestedAt: at.clock() };

      expect(await at.decommission('sensor-1', { decommission })).toEqual({ outcome: 'changed' });

      expect(await at.decommission('sensor-1', { decommission })).toEqual({ outcome: 'decommissioned' });
    });

    it('leaves nothing behind when it is refused', async () => {
      const at = await createFixture();
      await at.store.register(aDevice(), at);
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const lying = await at.invalidDevice('sensor-1');
      at.clock.advance(60_000);
      await at.store.register(aDevice({ registeredAt: at.clock(), updatedAt: at.clock() }), at);
      const stale = await at.device('sensor-1');
      await at.store.recordHeartbeat('sensor-1', at.clock() + 1, at);

      const change = { decommission: aDecommission({ requestId: 'decommission-2' }), ttl: undefined };
      expect(await at.store.decommission(stale, change, at)).toEqual({ outcome: 'changed' });

      expect(await at.store.readPurge(expiredPurge(lying.record, 0).id, at)).toBeUndefined();
      expect(await at.store.readPurge(remainsOf(lying).id, at)).toBeUndefined();
    });
  });
}
