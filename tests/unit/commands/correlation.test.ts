import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();

/** What a change was asked for by is kept where the change is, so that an event of it can say so. */
describe('the correlation id of a request', () => {
  let requests: ReturnType<typeof createRequests>;
  beforeEach(async () => {
    requests = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
    await requests.register({ correlationId: 'trace-register' });
  });

  it('is kept with the version that the request brought about, and goes with the next one', async () => {
    expect((await fixture.at.read('devices', 'sensor-1'))?.['requests']).toEqual([
      { requestId: 'register-1', operation: 'register', version: 1, correlationId: 'trace-register' },
    ]);
    await requests.update({ name: 'new', correlationId: 'trace-update' });
    expect((await fixture.at.read('devices', 'sensor-1'))?.['requests']).toEqual([
      { requestId: 'register-1', operation: 'register', version: 1 },
      { requestId: 'update-1', operation: 'update', version: 2, correlationId: 'trace-update' },
    ]);
  });

  it('is kept with a decommissioning and with a restore', async () => {
    await requests.decommission({ correlationId: 'arn:decommission' });
    expect(await fixture.at.read('invalidDevices', 'sensor-1')).toMatchObject({
      decommission: { correlationId: 'arn:decommission' },
    });
    await requests.restore({ correlationId: 'arn:restore' });
    expect(await fixture.at.read('devices', 'serialNumber#SN-1')).toMatchObject({
      lastRestore: { version: 2, correlationId: 'arn:restore' },
    });
  });
});
