import { START } from '@device-lifecycle/test-kit/clock.ts';
import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();
const DAY_SECONDS = 86_400;

describe('a transaction that the SDK repeats, since the answer to it was lost', () => {
  let requests: ReturnType<typeof createRequests>;
  /** How often a call was made twice. */
  let repeated: number;
  beforeEach(() => {
    repeated = 0;
    requests = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
    fixture.at.client.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context['commandName'] !== 'TransactWriteItemsCommand') return answer;
        repeated += 1;
        return next(args);
      },
      { step: 'deserialize', name: 'repeat', priority: 'high' },
    );
  });

  it('is answered as the first would have been, all through the life of a device', async () => {
    const at = (laterMs: number) => ({ requestedAt: START + laterMs });
    const deviceId = 'sensor-1';
    const macAddress = '02:00:5e:10:00:0a';
    expect(await requests.register()).toEqual({ deviceId, version: 1 });
    expect(await requests.update({ serialNumber: 'SN-2', macAddress })).toEqual({ deviceId, version: 2 });
    expect(await requests.decommission(at(1))).toMatchObject({ outcome: 'decommissioned' });
    expect(await requests.hold(at(2))).toMatchObject({ outcome: 'held' });
    expect(await requests.release(at(3))).toMatchObject({ outcome: 'released' });
    expect(await requests.restore(at(4))).toEqual({ deviceId, outcome: 'restored', version: 3 });
    const again = { ...at(5), requestId: 'decommission-2' };
    expect(await requests.decommission(again)).toMatchObject({ outcome: 'decommissioned' });
    expect(await requests.purge(at(6))).toMatchObject({ outcome: 'purged' });
    expect(repeated).toBe(8);
  });

  it('is answered so in the place of an expired record, too', async () => {
    await requests.register();
    await requests.decommission({ retentionDays: 1 });
    const expired = await fixture.at.readItem('invalidDevices', 'sensor-1');
    fixture.at.clock.advance((DAY_SECONDS + 1) * 1000);
    await requests.register({ requestId: 'register-2' });
    expect(await fixture.at.readItem('invalidDevices', 'sensor-1')).toEqual(expired);

    const again = { requestId: 'decommission-2' };
    expect(await requests.decommission(again)).toMatchObject({ outcome: 'decommissioned' });
  });
});
