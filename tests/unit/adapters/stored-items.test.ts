import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { toItem } from '../../../shared/adapters/device-store/records.ts';
import { invalidItem, readStored, steppedItem } from '../../../shared/adapters/stored-items.ts';
import { toStreamedWrite } from '../../../shared/adapters/streamed-writes.ts';

const stepped = toItem({ ...aDevice(), step: { operation: 'register' } });
const invalid = toItem({ ...aDevice(), decommission: aDecommission(), credentials: 'pending', ttl: 60 });

describe('an item of a table', () => {
  it('is read with what this version does not know', () => {
    const item = { ...stepped, colour: { S: 'red' } };
    expect(readStored(steppedItem, item)).toEqual({
      ...aDevice(),
      step: { operation: 'register' },
      colour: 'red',
    });
  });

  it.each([
    ['a time that is text', { updatedAt: { S: 'now' } }, 'updatedAt'],
    [
      'a number with more digits than JavaScript has',
      { registeredAt: { N: '9'.repeat(38) } },
      'registeredAt',
    ],
    ['certificates that are no list', { certificateIds: { SS: ['a'] } }, 'certificateIds'],
    ['a step that there is not', { step: { M: { operation: { S: 'explode' } } } }, 'step'],
    ['a number that is none', { colour: { N: 'red' } }, 'no item of DynamoDB'],
    ['what is no attribute', { name: { X: 'pump' } }, 'no item of DynamoDB'],
  ])('is for a person to look at with %s', (_, changes, where) => {
    expect(() => toStreamedWrite({ NewImage: { ...stepped, ...changes } })).toThrow(
      expect.objectContaining({ name: 'IntegrityViolation', message: expect.stringContaining(where) }),
    );
  });

  it.each(['decommission', 'serialNumber', 'certificateIds', 'credentials'] as const)(
    'is for a person to look at when it lies out of service without its %s',
    (attribute) => {
      const { [attribute]: _, ...item } = invalid;
      expect(() => readStored(invalidItem, item)).toThrow(
        expect.objectContaining({ name: 'IntegrityViolation', message: expect.stringContaining(attribute) }),
      );
    },
  );
});
