import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/purge-device/handler.ts'));

const execute = (input: object) =>
  fixture.invoke({
    requestId: 'execution-1',
    requestedAt: Date.now(),
    correlationId: 'arn:execution',
    reason: 'erasure',
    requestedBy: 'counsel',
    ...input,
    source: 'execution',
  });

describe('the function purge-device', () => {
  it('purges a record for good, as often as it is asked, and says where what is left is noted', async () => {
    const { at } = fixture;
    await at.store.register(aDevice(), at);
    await at.decommission('sensor-1', { decommission: { requestedAt: 1 }, ttlInSeconds: 1_000_000_000 });

    const first = await execute({ deviceId: 'sensor-1' });

    expect(first).toMatchObject({ deviceId: 'sensor-1', outcome: 'purged', purgeId: expect.any(String) });
    expect(await execute({ deviceId: 'sensor-1' })).toEqual(first);
    expect(await at.read('invalidDevices', 'sensor-1')).toBeUndefined();
    expect(await at.store.readPurge(String(Object(first).purgeId), at)).toMatchObject({
      deviceId: 'sensor-1',
      purge: {
        source: 'execution',
        reason: 'erasure',
        requestedBy: 'counsel',
        correlationId: 'arn:execution',
      },
    });
    const another = { deviceId: 'sensor-1', requestId: 'execution-2' };
    await expect(execute(another)).rejects.toMatchObject({ name: 'DeviceNotFound' });
  });

  it('fails with the name of what is wrong', async () => {
    const { at } = fixture;
    await expect(execute({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
    await at.store.register(aDevice({ id: 'active' }), at);
    await expect(execute({ deviceId: 'active' })).rejects.toMatchObject({ name: 'DeviceInService' });
    await at.store.register(aDevice({ id: 'held' }), at);
    await at.decommission('held', { decommission: { requestedAt: 1 } });
    await expect(execute({ deviceId: 'held' })).rejects.toMatchObject({ name: 'UnderLegalHold' });
  });

  it.each<[what: string, input: object]>([
    ['no device', {}],
    ['no reason', { deviceId: 'any', reason: undefined }],
    ['nobody who asks', { deviceId: 'any', requestedBy: undefined }],
    ['an option that it does not have', { deviceId: 'any', force: true }],
  ])('fails with InvalidInput for %s', async (_, input) => {
    await expect(execute(input)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
