import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { aRuleEvent } from '../../support/lambda.ts';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/update-device/handler.ts'));
const update = (payload: unknown, deviceId = 'sensor-1') =>
  fixture.invoke(aRuleEvent(payload, { deviceId, operation: 'update' }));

describe('the function update-device', () => {
  beforeAll(async () => {
    await fixture.at.store.register(aDevice({ name: 'old', macAddress: '02005e10000a' }), fixture.at);
  });

  it('changes what a device publishes, and tells it', async () => {
    await update({ requestId: 'request-1', name: 'new', macAddress: null, attributes: { a: 1 }, version: 1 });
    const document = {
      deviceId: 'sensor-1',
      version: 2,
      requestId: 'request-1',
      timestamp: expect.any(Number),
    };
    expect(fixture.published()).toEqual([{ topic: 'devices/sensor-1/update/accepted', document }]);
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ name: 'new', attributes: { a: 1 } });
  });

  it.each([
    ['nothing to change', {}, 'nothing to change'],
    ['nothing but a version', { version: 1 }, 'nothing to change'],
    ['null for a serial number', { serialNumber: null }, 'serialNumber: '],
    ['another type', { type: 'camera' }, 'type'],
    ['a version that is none', { name: 'x', version: 0 }, 'version: '],
  ])('rejects %s', async (_, payload, message) => {
    await update(payload);
    const document = { code: 'InvalidInput', message: expect.stringContaining(message) };
    expect(fixture.published()).toMatchObject([{ topic: 'devices/sensor-1/update/rejected', document }]);
  });

  it('rejects a version that is not the current one', async () => {
    await update({ name: 'x', version: 7 });
    expect(fixture.published()).toMatchObject([{ document: { code: 'StaleVersion' } }]);
  });

  it('rejects a device that nobody has registered', async () => {
    await update({ name: 'x' }, 'ghost');
    const document = { code: 'DeviceNotFound' };
    expect(fixture.published()).toMatchObject([{ topic: 'devices/ghost/update/rejected', document }]);
  });

  it('rejects a device that is decommissioned, and counts the ghost', async () => {
    await fixture.at.store.register(aDevice({ id: 'retired' }), fixture.at);
    await fixture.at.decommission('retired');
    const message = { deviceId: 'retired', operation: 'update', receivedAt: START + 1 };
    await fixture.invoke(aRuleEvent({ name: 'x' }, message));
    expect(fixture.published()).toMatchObject([{ document: { code: 'DeviceDecommissioned' } }]);
    expect(await fixture.at.read('invalidDevices', 'retired')).toMatchObject({
      ghost: { count: 1, lastSeenAt: START + 1, lastOperation: 'update' },
    });
  });
});
