import { describe, expect, it } from '@jest/globals';
import { batchIndexOf, childArn, childName } from '../../../src/states/distributed/map-run-record.ts';
import { isLabel, labelOf } from '../../../src/states/distributed/settings.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;

describe('the names of children', () => {
  it('are UUIDs that tell their batch', () => {
    const name = childName('arn:run', 9_999);
    expect(name).toMatch(UUID);
    expect(batchIndexOf(name)).toBe(9_999);
    expect(childName('arn:run', 9_999)).toBe(name);
    expect(childName('arn:other', 9_999)).not.toBe(name);
  });

  it('make ARNs, which Express children do not keep in a redrive', () => {
    const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m/Lot';
    expect(childArn(machine, 'STANDARD', 'n', 1)).toBe(childArn(machine, 'STANDARD', 'n', 0));
    const [before, after] = [0, 1].map((count) => childArn(machine, 'EXPRESS', 'n', count));
    expect(before).not.toBe(after);
    expect(before?.split(':').at(-1)).toMatch(UUID);
  });
});

describe('the label of a Distributed Map', () => {
  it('is its own, or its name, or what is left of its name', () => {
    expect(labelOf('Move devices', 'Lot')).toBe('Lot');
    expect(labelOf('Move', undefined)).toBe('Move');
    const made = [labelOf('Move devices', undefined), labelOf('Move-devices*', undefined)];
    expect(made[0]).toMatch(/^Movedevices-[0-9a-f]{8}$/);
    expect(made.every(isLabel)).toBe(true);
    expect(isLabel(labelOf('x'.repeat(80), undefined))).toBe(true);
  });
});
