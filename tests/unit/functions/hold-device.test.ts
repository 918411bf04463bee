import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/hold-device/handler.ts'));

const execute = (input: object) =>
  fixture.invoke({
    requestId: 'execution-1',
    requestedAt: Date.now(),
    correlationId: 'arn:execution',
    reason: 'case 4711',
    requestedBy: 'counsel',
    ...input,
    source: 'execution',
  });

describe('the function hold-device', () => {
  it('holds a record, as often as it is asked, and says when it is held already', async () => {
    await fixture.at.store.register(aDevice(), fixture.at);
    await fixture.at.decommission('sensor-1', {
      decommission: { requestedAt: 1 },
      ttlInSeconds: 1_000_000_000,
    });
    expect(await execute({ deviceId: 'sensor-1' })).toEqual({ deviceId: 'sensor-1', outcome: 'held' });
    expect(await execute({ deviceId: 'sensor-1' })).toEqual({ deviceId: 'sensor-1', outcome: 'held' });
    const another = await execute({ deviceId: 'sensor-1', requestId: 'execution-2' });
    expect(another).toEqual({ deviceId: 'sensor-1', outcome: 'alreadyHeld' });
    const record = await fixture.at.read('invalidDevices', 'sensor-1');
    expect(record).toMatchObject({ hold: { requestId: 'execution-1', correlationId: 'arn:execution' } });
    expect(record).not.toHaveProperty('ttl');
  });

  it('fails with the name of what is wrong', async () => {
    await expect(execute({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
    await fixture.at.store.register(aDevice({ id: 'active' }), fixture.at);
    await expect(execute({ deviceId: 'active' })).rejects.toMatchObject({ name: 'DeviceInService' });
  });

  it.each<[what: string, input: object]>([
    ['no device', {}],
    ['no reason', { deviceId: 'any', reason: undefined }],
    ['nobody who asks', { deviceId: 'any', requestedBy: undefined }],
    ['an option that it does not have', { deviceId: 'any', retentionDays: 1 }],
  ])('fails with InvalidInput for %s', async (_, input) => {
    await expect(execute(input)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
