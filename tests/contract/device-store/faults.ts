import { aDevice, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Call,
  cancelled,
  conflict,
  crash,
  type Fault,
  injectFaults,
  inTurn,
  isTransactWrite,
  lostResponse,
  throttled,
} from '../../support/faults.ts';

const inexhaustible = (fault: (call: Call) => Fault) => (call: Call) => fault(call);

export function describeFaults(createFixture: () => Promise<StoreFixture>): void {
  describe('faults', () => {
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
    });

    /** The clock stands still, so that a deadline a little ahead is only ever passed by the delay that is drawn. */
    const soon = () => ({ clock: Date.now, deadlineEpochMs: Date.now() + 120 });

    it.each([
      ['conflicts', conflict],
      ['throttled transactions', () => cancelled('None', 'None', 'ThrottlingError')],
      ['throttles', throttled],
    ])('tries again after %s', async (_, fault) => {
      injectFaults(at.client, inTurn([fault, fault, fault], isTransactWrite));
      expect(await at.store.register(aDevice(), at)).toEqual({ outcome: 'registered' });
    });

    it('tries a heartbeat again that meets a transaction', async () => {
      await at.store.register(aDevice(), at);
      injectFaults(at.client, inTurn([conflict, throttled]));
      expect(await at.store.recordHeartbeat('sensor-1', at.clock(), at)).toEqual({ outcome: 'recorded' });
    });

    it('tries a read again that meets a transaction', async () => {
      await at.store.register(aDevice(), at);
      injectFaults(at.client, inTurn([conflict, throttled, throttled, throttled]));
      expect(await at.store.readBoth('sensor-1', at)).toHaveProperty('device');
      expect(await at.store.readDevice('sensor-1', at)).toBeDefined();
    });

    it.each([
      ['TransactionConflict', conflict],
      ['Throttled', throttled],
    ])('gives up with %s when the deadline passes', async (name, fault) => {
      injectFaults(at.client, inexhaustible(fault));
      const failure = await at.store.register(aDevice(), soon()).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name, retryable: true, cause: expect.any(Error) });
      const read = at.store.readBoth('sensor-1', soon());
      await expect(read).rejects.toMatchObject({ name, retryable: true });
    });

    it('never retries a failed condition', async () => {
      await at.store.register(aDevice(), at);
      let calls = 0;
      injectFaults(at.client, (call) => {
        calls += isTransactWrite(call) ? 1 : 0;
        return undefined;
      });
      expect(await at.store.register(aDevice(), at)).toMatchObject({ outcome: 'deviceExists' });
      expect(calls).toBe(1);
    });

    it('takes a failed condition beside a conflict for no answer: the other item may be about to change', async () => {
      await at.store.register(aDevice(), at);
      const mixed = () => cancelled('ConditionalCheckFailed', 'TransactionConflict', 'None');
      injectFaults(at.client, inTurn([mixed], isTransactWrite));
      expect(await at.decommission('sensor-1', { ttlInSeconds: 60 })).toEqual({ outcome: 'decommissioned' });
    });

    it('asks what is expired anew at each try', async () => {
      await at.store.register(aDevice(), at);
      await at.decommission('sensor-1', { ttlInSeconds: 1 });
      const invalid = await at.invalidDevice('sensor-1');
      const expireMeanwhile = (call: Call) => {
        at.clock.advance(1_000);
        return conflict(call);
      };
      injectFaults(at.client, inTurn([expireMeanwhile], isTransactWrite));
      const restore = { lastRestore: aRestore(), updatedAt: at.clock() };
      expect(await at.store.restore(invalid, restore, at)).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
    });

    it('says ServiceUnavailable when the answer to a write is lost, and the write is there', async () => {
      injectFaults(at.client, inTurn([lostResponse]));
      const failure = await at.store.register(aDevice(), at).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'ServiceUnavailable', retryable: true });
      expect(await at.store.readDevice('sensor-1', at)).toBeDefined();
    });

    it('lets through what it does not know', async () => {
      injectFaults(at.client, inTurn([crash]));
      await expect(at.store.register(aDevice(), at)).rejects.toMatchObject({ name: 'Crash' });
      expect(await at.store.readDevice('sensor-1', at)).toBeUndefined();
    });
  });
}
