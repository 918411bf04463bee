import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { aRuleEvent } from '../../support/lambda.ts';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/record-heartbeat/handler.ts'));
const beat = (payload: unknown, changes: Record<string, unknown> = {}) =>
  fixture.invoke(aRuleEvent(payload, { operation: 'heartbeat', ...changes }));

describe('the function record-heartbeat', () => {
  beforeAll(async () => {
    await fixture.at.store.register(aDevice(), fixture.at);
  });

  it.each(['', '{}', '{"requestId": "trace-1"}'])(
    'notes when AWS IoT received the payload %p',
    async (payload) => {
      const receivedAt = Date.now();
      await beat(payload, { receivedAt });
      const document = {
        deviceId: 'sensor-1',
        lastSeenAt: receivedAt,
        requestId: 'trace-1',
        timestamp: expect.any(Number),
      };
      expect(fixture.published()).toEqual([{ topic: 'devices/sensor-1/heartbeat/accepted', document }]);
      expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ lastSeenAt: receivedAt });
    },
  );

  it('rejects what a heartbeat has no room for', async () => {
    await beat({ temperature: 20 });
    const document = { code: 'InvalidInput', message: expect.stringContaining('temperature') };
    expect(fixture.published()).toMatchObject([{ topic: 'devices/sensor-1/heartbeat/rejected', document }]);
  });

  it('rejects a device that nobody has registered, and makes none', async () => {
    await beat({}, { deviceId: 'ghost' });
    expect(fixture.published()).toMatchObject([{ document: { code: 'DeviceNotFound' } }]);
    expect(await fixture.at.read('devices', 'ghost')).toBeUndefined();
  });

  it('rejects a device that is decommissioned, and counts the ghost', async () => {
    await fixture.at.store.register(aDevice({ id: 'retired' }), fixture.at);
    await fixture.at.decommission('retired');
    await beat({}, { deviceId: 'retired', receivedAt: START + 1 });
    expect(fixture.published()).toMatchObject([{ document: { code: 'DeviceDecommissioned' } }]);
    expect(await fixture.at.read('invalidDevices', 'retired')).toMatchObject({
      ghost: { count: 1, firstSeenAt: START + 1, lastSeenAt: START + 1, lastOperation: 'heartbeat' },
    });
  });
});
