import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDecommission, aDevice, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import {
  type Item,
  toInvalidItem,
  toItem,
  toRestoredItem,
  toSnapshot,
} from '../../../shared/adapters/device-store/records.ts';
import type { Device, InvalidDevice } from '../../../shared/domain/device.ts';

/** As `JSON.parse` makes it of what DynamoDB answers. */
const withPrototype = (item: Item): Item =>
  Object.defineProperty({ ...item }, '__proto__', { value: { S: 'x' }, enumerable: true });

describe('a record with an attribute that the SDK would lose', () => {
  const decommission = { decommission: aDecommission(), ttl: 60 };

  it('does not leave service', () => {
    const device = toSnapshot<Device>(withPrototype(toItem(aDevice())));
    expect(() => toInvalidItem(device, decommission)).toThrow(
      expect.objectContaining({ name: 'IntegrityViolation', message: expect.stringContaining('__proto__') }),
    );
  });

  it('does not come back', () => {
    const moved = toInvalidItem(toSnapshot<Device>(toItem(aDevice())), decommission);
    const restore = { lastRestore: aRestore(), updatedAt: START };
    expect(() => toRestoredItem(toSnapshot<InvalidDevice>(withPrototype(moved)), restore)).toThrow(
      expect.objectContaining({ name: 'IntegrityViolation', message: expect.stringContaining('__proto__') }),
    );
  });
});
