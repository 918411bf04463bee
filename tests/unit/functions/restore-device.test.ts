import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/restore-device/handler.ts'));

const execute = (input: object) =>
  fixture.invoke({
    requestId: 'execution-1',
    requestedAt: Date.now(),
    correlationId: 'arn:execution',
    requestedBy: 'operator',
    ...input,
    source: 'execution',
  });

describe('the function restore-device', () => {
  it('brings a device back and returns its version, as often as it is asked', async () => {
    await fixture.at.store.register(aDevice(), fixture.at);
    await fixture.at.decommission('sensor-1', { decommission: { legalHold: true, requestedAt: 1 } });
    const answer = { deviceId: 'sensor-1', outcome: 'restored', version: 2 };
    expect(await execute({ deviceId: 'sensor-1' })).toEqual(answer);
    expect(await execute({ deviceId: 'sensor-1' })).toEqual(answer);
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ version: 2 });
  });

  it('fails with the name of what is wrong', async () => {
    await expect(execute({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
    await fixture.at.store.register(aDevice({ id: 'expired' }), fixture.at);
    await fixture.at.decommission('expired', { ttlInSeconds: -1_000_000_000 });
    await expect(execute({ deviceId: 'expired' })).rejects.toMatchObject({ name: 'RetentionExpired' });
  });

  it.each<[what: string, input: object]>([
    ['no device', {}],
    ['nobody who asks', { deviceId: 'any', requestedBy: undefined }],
    ['an option that it does not have', { deviceId: 'any', retentionDays: 1 }],
  ])('fails with InvalidInput for %s', async (_, input) => {
    await expect(execute(input)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
