import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  claimsGained,
  claimsOf,
  DEVICE_ID_PATTERN,
  guardId,
  MAC_ADDRESS_PATTERN,
} from '../../../shared/domain/identifiers.ts';

const octet = fc.integer({ min: 0, max: 255 }).map((value) => value.toString(16).padStart(2, '0'));
const octets = fc.oneof(
  fc.array(octet, { minLength: 6, maxLength: 6 }),
  fc.array(octet, { minLength: 8, maxLength: 8 }),
);
const notation = fc.record({ separator: fc.constantFrom(':', '-', ''), isUpper: fc.boolean() });

function write(parts: readonly string[], { separator, isUpper }: { separator: string; isUpper: boolean }) {
  const address = parts.join(separator);
  return isUpper ? address.toUpperCase() : address;
}

const device = fc.record(
  { serialNumber: fc.string({ minLength: 1 }), macAddress: octets.map((parts) => parts.join(':')) },
  { requiredKeys: ['serialNumber'] },
);

describe('a MAC address', () => {
  it('is claimed as the same value in whatever notation', () => {
    fc.assert(
      fc.property(octets, notation, notation, (parts, one, other) => {
        const claims = [one, other].map((way) =>
          claimsOf({ serialNumber: 's', macAddress: write(parts, way) }),
        );
        expect(claims[0]).toEqual(claims[1]);
        expect(claims[0]?.[1]?.value).toBe(parts.join(':').toUpperCase());
      }),
    );
  });

  it('is accepted in every notation', () => {
    fc.assert(fc.property(octets, notation, (parts, way) => MAC_ADDRESS_PATTERN.test(write(parts, way))));
  });

  it.each([
    '',
    '02:00:5e:10:00',
    '02:00:5e-10:00:0a',
    '02:00:5e:10:00:0g',
    '02005e10000',
    '02:00:5e:10:00:0a:0b',
  ])('is not one: %p', (value) => {
    expect(MAC_ADDRESS_PATTERN.test(value)).toBe(false);
  });
});

describe('a device id', () => {
  it.each(['a', 'A-b_c:9', 'x'.repeat(128)])('is one: %p', (value) => {
    expect(DEVICE_ID_PATTERN.test(value)).toBe(true);
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a#b', 'a/b', 'ä', 'a\n'])('is not one: %p', (value) => {
    expect(DEVICE_ID_PATTERN.test(value)).toBe(false);
  });
});

describe('claims', () => {
  it('have guards that cannot be taken for devices, nor for each other', () => {
    fc.assert(
      fc.property(device, device, (one, other) => {
        const ids = [...claimsOf(one), ...claimsOf(other)].map(guardId);
        expect(ids.some((id) => DEVICE_ID_PATTERN.test(id))).toBe(false);
        expect(guardId({ attribute: 'serialNumber', value: 'x' })).not.toBe(
          guardId({ attribute: 'macAddress', value: 'x' }),
        );
      }),
    );
  });

  it('are gained and given up so that what is held is what the device has', () => {
    fc.assert(
      fc.property(device, device, (previous, next) => {
        const held = new Set(claimsOf(previous).map(guardId));
        for (const claim of claimsGained(next, previous)) held.delete(guardId(claim));
        for (const claim of claimsGained(previous, next)) held.add(guardId(claim));
        expect(held).toEqual(new Set(claimsOf(next).map(guardId)));
      }),
    );
  });

  it('put the serial number first, which the store relies on', () => {
    const claims = claimsOf({ serialNumber: 'SN', macAddress: '02005e10000a' });
    expect(claims.map(({ attribute }) => attribute)).toEqual(['serialNumber', 'macAddress']);
  });
});
