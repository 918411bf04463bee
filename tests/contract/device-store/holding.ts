import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice, aHold, aRelease, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { scanTable } from '@device-lifecycle/test-kit/tables.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { HoldRelease, InvalidDevice, LegalHold } from '../../../shared/domain/device.ts';
import type { Snapshot } from '../../../shared/ports.ts';
import { injectFaults, inTurn, isTransactWrite, lostResponse } from '../../support/faults.ts';
import { remainsOf } from '../../support/purges.ts';

const GUARDS = ['serialNumber#SN-sensor-1', 'macAddress#02:00:5E:10:00:0A'];
const TTL = START / 1000 + 60;

export function describeHolding(createFixture: () => Promise<StoreFixture>): void {
  describe('hold and release', () => {
    let at: StoreFixture;
    let decommissioned: Snapshot<InvalidDevice>;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(aDevice({ macAddress: '02:00:5e:10:00:0a' }), at);
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      decommissioned = await at.invalidDevice('sensor-1');
    });

    const record = () => at.read('invalidDevices', 'sensor-1');
    const hold = async (hold: LegalHold, from?: Snapshot<InvalidDevice>) =>
      at.store.hold(from ?? (await at.invalidDevice('sensor-1')), hold, at);
    const release = async (release: HoldRelease, from?: Snapshot<InvalidDevice>) =>
      at.store.release(from ?? (await at.invalidDevice('sensor-1')), release, at);

    /** The `ttl` of the record and those of its guards. */
    async function ttls(): Promise<readonly unknown[]> {
      const items = [await record(), ...(await Promise.all(GUARDS.map((id) => at.read('devices', id))))];
      for (const item of items) expect(item).toBeDefined();
      return items.map((item) => item?.['ttl']);
    }

    it('take the ttl from a record and all its guards, and give them one again', async () => {
      expect(await ttls()).toEqual([TTL, TTL, TTL]);
      expect(await hold(aHold())).toEqual({ outcome: 'held' });
      expect(await ttls()).toEqual([undefined, undefined, undefined]);
      expect(await release(aRelease({ ttl: TTL + 7 }))).toEqual({ outcome: 'released' });
      expect(await ttls()).toEqual([TTL + 7, TTL + 7, TTL + 7]);
    });

    it('change nothing of the record but what they remember', async () => {
      const before = await record();
      await hold(aHold());
      await release(aRelease({ ttl: TTL, requestedAt: START + 1 }));
      expect(await record()).toEqual({
        ...before,
        hold: aHold(),
        release: aRelease({ ttl: TTL, requestedAt: START + 1 }),
        holdRequestedAt: START + 1,
      });
    });

    it('take the mark of the last step away, by which the streams’ readers know a step of a device’s life', async () => {
      const stored = async () => (await scanTable(at.client, at.tables.invalidDevices)).get('sensor-1');
      expect(await stored()).toHaveProperty('step');
      await at.store.recordHoldRequest(decommissioned, START, at);
      expect(await stored()).not.toHaveProperty('step');
      await hold(aHold());
      expect(await stored()).not.toHaveProperty('step');
    });

    it('leave the memory of the last restore on the guard', async () => {
      const lastRestore = aRestore();
      await at.store.restore(decommissioned, { lastRestore, updatedAt: START }, at);
      await at.decommission('sensor-1', { decommission: { requestId: 'again' }, ttlInSeconds: 60 });
      await hold(aHold());
      await release(aRelease({ ttl: TTL }));
      const serial = { id: 'sensor-1', serialNumber: 'SN-sensor-1' };
      expect(await at.store.readLastRestore(serial, at)).toEqual(lastRestore);
    });

    it('lift a hold that came with the decommissioning', async () => {
      await at.store.restore(decommissioned, { lastRestore: aRestore(), updatedAt: START }, at);
      await at.decommission('sensor-1', { decommission: { requestId: 'held', legalHold: true } });
      expect(await release(aRelease({ ttl: TTL }))).toEqual({ outcome: 'released' });
      expect(await ttls()).toEqual([TTL, TTL, TTL]);
    });

    it('keep a held record, whatever the clock says, and its identifiers with it', async () => {
      await hold(aHold());
      at.clock.advance(200 * 365 * 86_400_000);
      const heir = aDevice({ id: 'heir', serialNumber: 'SN-sensor-1' });
      expect(await at.store.register(heir, at)).toMatchObject({
        outcome: 'identifierTaken',
        owner: 'sensor-1',
      });
      expect(await at.store.register(aDevice(), at)).toMatchObject({ outcome: 'deviceDecommissioned' });
      expect(await release(aRelease({ ttl: 9_999_999_999 }))).toEqual({ outcome: 'released' });
    });

    it('hold up to the ttl, and not from it on: expired is gone', async () => {
      at.clock.advance(60_000);
      expect(await hold(aHold(), decommissioned)).toEqual({ outcome: 'changed' });
      expect(await ttls()).toEqual([TTL, TTL, TTL]);
      at.clock.advance(-1);
      expect(await hold(aHold(), decommissioned)).toEqual({ outcome: 'held' });
    });

    it('answer "changed" when another hold or release has come between', async () => {
      await hold(aHold());
      const held = await at.invalidDevice('sensor-1');
      expect(await hold(aHold({ requestId: 'hold-2' }), decommissioned)).toEqual({ outcome: 'changed' });
      await release(aRelease({ ttl: TTL }));
      expect(await release(aRelease({ requestId: 'release-2', ttl: 1 }), held)).toEqual({
        outcome: 'changed',
      });
      expect(await hold(aHold({ requestId: 'hold-3' }), decommissioned)).toEqual({ outcome: 'changed' });
      expect(await record()).toMatchObject({
        ttl: TTL,
        hold: { requestId: 'hold-1' },
        release: { requestId: 'release-1' },
      });
    });

    it('answer "changed" when a request has come between that had nothing to do', async () => {
      expect(await at.store.recordHoldRequest(decommissioned, START + 5, at)).toEqual({
        outcome: 'recorded',
      });
      expect(await hold(aHold(), decommissioned)).toEqual({ outcome: 'changed' });
      expect(await at.store.recordHoldRequest(decommissioned, START + 3, at)).toEqual({ outcome: 'changed' });
      expect(await record()).toMatchObject({ ttl: TTL, holdRequestedAt: START + 5 });
    });

    it('answer "changed" when the device has come back, or has come back and left again', async () => {
      await at.store.restore(decommissioned, { lastRestore: aRestore(), updatedAt: START }, at);
      expect(await hold(aHold(), decommissioned)).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', 'sensor-1')).not.toHaveProperty('hold');
      expect(await record()).toBeUndefined();
      await at.decommission('sensor-1', { decommission: { requestId: 'again' }, ttlInSeconds: 60 });
      expect(await hold(aHold(), decommissioned)).toEqual({ outcome: 'changed' });
      expect(await ttls()).toEqual([TTL, TTL, TTL]);
    });

    it('are seen by a restore and a purge that have read the record before', async () => {
      await hold(aHold());
      const restore = { lastRestore: aRestore(), updatedAt: START };
      expect(await at.store.restore(decommissioned, restore, at)).toEqual({ outcome: 'changed' });
      expect(await at.store.purge(decommissioned, remainsOf(decommissioned), at)).toEqual({
        outcome: 'changed',
      });
      expect(await ttls()).toEqual([undefined, undefined, undefined]);
    });

    it('end with a restore, which gives the device back without a trace of them', async () => {
      const device = await at.read('invalidDevices', 'sensor-1');
      await hold(aHold());
      await release(aRelease({ ttl: TTL }));
      await hold(aHold({ requestId: 'hold-2' }));
      const { decommission: _, ttl: __, credentials: ___, pendingSince: ____, ...rest } = { ...device };
      const { pendingCredentials: _____, ...active } = rest;
      const restore = { lastRestore: aRestore(), updatedAt: START };
      const current = await at.invalidDevice('sensor-1');
      expect(await at.store.restore(current, restore, at)).toEqual({ outcome: 'restored' });
      expect(await at.read('devices', 'sensor-1')).toEqual({ ...active, version: 2 });
      for (const id of GUARDS) expect(await at.read('devices', id)).not.toHaveProperty('ttl');
    });

    it('do not get in the way of the work on certificates, nor it in theirs', async () => {
      const credentialsWork = { lease: { id: 'worker', until: START + 75_000 } };
      const work = { credentialsWork, credentials: 'pending' } as const;
      expect(await at.store.changeCredentials(decommissioned, work, at)).toMatchObject({
        outcome: 'updated',
      });
      expect(await hold(aHold(), decommissioned)).toEqual({ outcome: 'held' });
      const leased = { ...decommissioned.record, credentialsWork };
      const raw = (await at.invalidDevice('sensor-1')).raw;
      const done = { credentialsWork: undefined, credentials: 'inactive' } as const;
      expect(await at.store.changeCredentials({ record: leased, raw }, done, at)).toMatchObject({
        outcome: 'updated',
      });
      expect(await record()).toMatchObject({ credentials: 'inactive', hold: aHold() });
    });

    it('have their effect once when the answer is lost', async () => {
      injectFaults(at.client, inTurn([lostResponse], isTransactWrite));
      await expect(hold(aHold(), decommissioned)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
      expect(await ttls()).toEqual([undefined, undefined, undefined]);
      expect(await hold(aHold(), decommissioned)).toEqual({ outcome: 'changed' });
    });

    it.each(['hold', 'release'] as const)(
      '%s nothing and call for a person when a guard is another’s',
      async (change) => {
        at.clock.advance(-100_000_000); // far from the end of the retention, which could explain it
        if (change === 'release') await hold(aHold());
        const before = await record();
        await at.put('devices', { id: GUARDS[1], deviceId: 'stranger' });
        const attempt = change === 'hold' ? hold(aHold()) : release(aRelease({ ttl: TTL }));
        await expect(attempt).rejects.toMatchObject({ name: 'IntegrityViolation' });
        expect(await record()).toEqual(before);
        expect((await at.read('devices', GUARDS[0] ?? ''))?.['ttl']).toBe(before?.['ttl']);
      },
    );

    it('take a guard that another clock has expired for the end of the retention', async () => {
      at.clock.advance(59_000);
      await at.put('devices', { id: GUARDS[1], deviceId: 'heir' });
      await expect(hold(aHold())).rejects.toMatchObject({ name: 'TransactionConflict' });
      expect((await record())?.['ttl']).toBe(TTL);
    });
  });
}
