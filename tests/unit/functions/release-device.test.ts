import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/release-device/handler.ts'));

const execute = (input: object) =>
  fixture.invoke({
    requestId: 'execution-1',
    requestedAt: Date.now(),
    correlationId: 'arn:execution',
    requestedBy: 'counsel',
    ...input,
    source: 'execution',
  });

describe('the function release-device', () => {
  it('lifts a hold, as often as it is asked, and says when there is none', async () => {
    await fixture.at.store.register(aDevice(), fixture.at);
    await fixture.at.decommission('sensor-1', { decommission: { legalHold: true, requestedAt: 1 } });
    const answer = await execute({ deviceId: 'sensor-1', retentionDays: 2, reason: 'settled' });
    expect(answer).toEqual({ deviceId: 'sensor-1', outcome: 'released', ttl: expect.any(Number) });
    const { ttl } = answer as { readonly ttl: number };
    expect(await execute({ deviceId: 'sensor-1', retentionDays: 2 })).toEqual(answer);
    const another = await execute({ deviceId: 'sensor-1', requestId: 'execution-2', retentionDays: 3 });
    expect(another).toEqual({ deviceId: 'sensor-1', outcome: 'notHeld', ttl });
    expect(await fixture.at.read('invalidDevices', 'sensor-1')).toMatchObject({
      ttl,
      release: { requestId: 'execution-1', reason: 'settled', correlationId: 'arn:execution' },
    });
  });

  it('fails with the name of what is wrong', async () => {
    await expect(execute({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
    await fixture.at.store.register(aDevice({ id: 'active' }), fixture.at);
    await expect(execute({ deviceId: 'active' })).rejects.toMatchObject({ name: 'DeviceInService' });
  });

  it.each<[what: string, input: object]>([
    ['no device', {}],
    ['nobody who asks', { deviceId: 'any', requestedBy: undefined }],
    ['no time at all', { deviceId: 'any', retentionDays: 0 }],
    ['an option that it does not have', { deviceId: 'any', legalHold: false }],
  ])('fails with InvalidInput for %s', async (_, input) => {
    await expect(execute(input)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
