import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { toItem } from '../../../shared/adapters/device-store/records.ts';
import { toStreamedWrite } from '../../../shared/adapters/streamed-writes.ts';

describe('a record of a stream as a write', () => {
  it('has both images as plain objects', () => {
    const [before, after] = [aDevice(), { ...aDevice({ version: 2 }), step: { operation: 'update' } }];
    const write = toStreamedWrite({ OldImage: toItem(before), NewImage: toItem(after) });
    expect(write).toEqual({ before, after });
  });

  it.each([
    ['OldImage', 'after'],
    ['NewImage', 'before'],
  ] as const)('has nothing where there is no image: %s alone', (image, absent) => {
    expect(toStreamedWrite({ [image]: { id: { S: 'sensor-1' } } })[absent]).toBeUndefined();
  });
});
