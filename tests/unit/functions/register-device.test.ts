import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { aRuleEvent } from '../../support/lambda.ts';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/register-device/handler.ts'));

describe('the function register-device', () => {
  it('registers what a device publishes, and tells it', async () => {
    const payload = {
      requestId: 'request-1',
      serialNumber: 'SN-1',
      macAddress: '02:00:5e:10:00:0a',
      name: 'pump',
      type: 'camera',
      attributes: { room: 'cellar' },
    };
    const event = aRuleEvent(payload);
    await fixture.invoke(event);
    const document = {
      deviceId: 'sensor-1',
      version: 1,
      requestId: 'request-1',
      timestamp: expect.any(Number),
    };
    expect(fixture.published()).toEqual([{ topic: 'devices/sensor-1/register/accepted', document }]);
    const { requestId: _, ...device } = payload;
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({
      ...device,
      certificateIds: ['a'.repeat(64)],
      registeredAt: event['receivedAt'],
    });
  });

  it('is tried again when the device could not be told, and then tells it the same', async () => {
    const event = aRuleEvent({ serialNumber: 'SN-2' }, { deviceId: 'sensor-2' });
    fixture.iotData.reply({ status: 400, body: { message: 'no' } });
    await expect(fixture.invoke(event)).rejects.toThrow();
    fixture.iotData.take();
    fixture.iotData.reply({ status: 200, body: {} });
    await fixture.invoke(event);
    expect(fixture.published()).toMatchObject([
      { topic: 'devices/sensor-2/register/accepted', document: { version: 1, requestId: 'trace-1' } },
    ]);
  });

  it.each([
    ['no serial number', {}, 'serialNumber: '],
    ['an empty serial number', { serialNumber: '' }, 'serialNumber: '],
    ['a number for a serial number', { serialNumber: 5 }, 'serialNumber: '],
    ['a serial number without end', { serialNumber: 'x'.repeat(257) }, 'serialNumber: '],
    ['a wrong MAC address', { serialNumber: 'SN-3', macAddress: '02:00' }, 'macAddress: '],
    ['null for a name', { serialNumber: 'SN-3', name: null }, 'name: '],
    ['its own id', { serialNumber: 'SN-3', deviceId: 'sensor-3' }, 'deviceId'],
    ['a version', { serialNumber: 'SN-3', version: 4 }, 'version'],
  ])('rejects %s', async (_, payload, message) => {
    await fixture.invoke(aRuleEvent(payload, { deviceId: 'sensor-3' }));
    const document = { code: 'InvalidInput', message: expect.stringContaining(message) };
    expect(fixture.published()).toMatchObject([{ topic: 'devices/sensor-3/register/rejected', document }]);
    expect(await fixture.at.read('devices', 'sensor-3')).toBeUndefined();
  });

  it('rejects an identifier that is taken, and says what to do', async () => {
    await fixture.invoke(aRuleEvent({ serialNumber: 'SN-4' }, { deviceId: 'sensor-4' }));
    await fixture.invoke(aRuleEvent({ serialNumber: 'SN-4' }, { deviceId: 'sensor-5' }));
    const [, answer] = fixture.published();
    expect(answer).toMatchObject({
      topic: 'devices/sensor-5/register/rejected',
      document: { code: 'IdentifierTaken', message: expect.stringContaining('ask an operator') },
    });
    expect(JSON.stringify(answer)).not.toContain('sensor-4');
  });

  it('rejects a device that is decommissioned, and counts the ghost', async () => {
    await fixture.at.store.register(aDevice({ id: 'retired' }), fixture.at);
    await fixture.at.decommission('retired');
    const message = { deviceId: 'retired', receivedAt: START + 1 };
    await fixture.invoke(aRuleEvent({ serialNumber: 'SN-retired' }, message));
    expect(fixture.published()).toMatchObject([{ document: { code: 'DeviceDecommissioned' } }]);
    expect(await fixture.at.read('invalidDevices', 'retired')).toMatchObject({
      ghost: { count: 1, lastSeenAt: START + 1, lastOperation: 'register' },
    });
  });
});
