import { describe, expect, it } from '@jest/globals';
import { toStreamedWrite } from '../../../shared/adapters/streamed-writes.ts';

describe('a record of a stream as a write', () => {
  it('has both images as plain objects', () => {
    const write = toStreamedWrite({
      OldImage: { id: { S: 'sensor-1' }, version: { N: '1' } },
      NewImage: { id: { S: 'sensor-1' }, version: { N: '2' }, step: { M: { operation: { S: 'update' } } } },
    });
    expect(write).toEqual({
      before: { id: 'sensor-1', version: 1 },
      after: { id: 'sensor-1', version: 2, step: { operation: 'update' } },
    });
  });

  it.each([
    ['OldImage', 'after'],
    ['NewImage', 'before'],
  ] as const)('has nothing where there is no image: %s alone', (image, absent) => {
    expect(toStreamedWrite({ [image]: { id: { S: 'sensor-1' } } })[absent]).toBeUndefined();
  });
});
