import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/restore-devices/handler.ts'));

const EXECUTION = { requestId: 'execution-1', correlationId: 'arn:execution', source: 'execution' };
const source = { bucket: 'fleet', key: 'sources/lot-7.jsonl' };

describe('the function restore-devices', () => {
  it('says what its state machine goes on with', async () => {
    const event = { ...EXECUTION, requestedAt: 1_000, check: { source, requestedBy: 'operator' } };
    expect(await fixture.invoke(event)).toEqual({
      outcome: 'checked',
      source,
      format: 'jsonl',
      maxConcurrency: 10,
      toleratedFailurePercentage: 10,
      batch: { ...EXECUTION, requestedAt: 1_000, requestedBy: 'operator' },
    });
  });

  it('refuses what only a decommissioning takes', async () => {
    const check = { source, requestedBy: 'operator', retentionDays: 7 };
    await expect(fixture.invoke({ ...EXECUTION, check })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('unknown: retentionDays'),
    });
  });

  it('moves the devices of a batch back, and says what became of each', async () => {
    await fixture.at.store.register(aDevice({ id: 'sensor-1' }), fixture.at);
    const inAnHour = Math.ceil(Date.now() / 1000) - fixture.at.clock() / 1000 + 3_600;
    await fixture.at.decommission('sensor-1', { ttlInSeconds: inAnHour });
    const devices = [{ deviceId: 'sensor-1' }, { deviceId: 'nobody' }];
    const event = { ...EXECUTION, requestedAt: Date.now(), requestedBy: 'operator', devices };
    expect(await fixture.invoke(event)).toMatchObject([
      { deviceId: 'sensor-1', outcome: 'restored' },
      { deviceId: 'nobody', outcome: 'failed', error: 'DeviceNotFound' },
    ]);
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ version: 2 });
  });
});
