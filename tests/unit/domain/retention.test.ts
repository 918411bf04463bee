import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  epochSeconds,
  isExpired,
  isUnderLegalHold,
  retentionDaysFor,
  ttlAfter,
} from '../../../shared/domain/retention.ts';

const epochMs = fc.integer({ min: 0, max: 4_102_444_800_000 });
const days = fc.double({ min: 1 / 86_400, max: 36_500, noNaN: true });
const MS_PER_DAY = 86_400_000;

describe('the ttl of a record', () => {
  it('is the second that the retention ends in, rounded up', () => {
    expect(ttlAfter(1_000_000, 1)).toBe(1_000 + 86_400);
    expect(ttlAfter(1_000_001, 1)).toBe(1_001 + 86_400);
    expect(ttlAfter(1_000_000, 1.5 / 86_400)).toBe(1_002);
  });

  it('never cuts a retention short, and exceeds it by less than a second', () => {
    fc.assert(
      fc.property(epochMs, days, (now, retentionDays) => {
        const excessMs = ttlAfter(now, retentionDays) * 1000 - (now + retentionDays * MS_PER_DAY);
        expect(excessMs).toBeGreaterThan(-1);
        expect(excessMs).toBeLessThan(1_001);
      }),
    );
  });

  it('is a whole number, as DynamoDB asks for', () => {
    fc.assert(
      fc.property(epochMs, days, (now, retentionDays) => Number.isInteger(ttlAfter(now, retentionDays))),
    );
  });

  it('is over exactly from its own second on', () => {
    fc.assert(
      fc.property(epochMs, days, fc.integer({ min: 0, max: 999 }), (now, retentionDays, ms) => {
        const ttl = ttlAfter(now, retentionDays);
        expect(isExpired({ ttl }, ttl * 1000 - 1)).toBe(false);
        expect(isExpired({ ttl }, ttl * 1000 + ms)).toBe(true);
      }),
    );
  });

  it('is not there for a record that is kept without end', () => {
    fc.assert(fc.property(epochMs, (now) => !isExpired({}, now)));
  });

  it('is what tells a record that expires from one under legal hold', () => {
    expect(isUnderLegalHold({})).toBe(true);
    expect(isUnderLegalHold({ ttl: 1_000 })).toBe(false);
  });

  it('counts whole seconds', () => {
    expect([0, 999, 1_000, 1_999].map(epochSeconds)).toEqual([0, 0, 1, 1]);
  });
});

describe('the retention of a device', () => {
  const policy = { defaultDays: 30, byType: { camera: 7, constructor: 1 } };

  it.each([
    ['what is asked for', 'camera', 2, 2],
    ['that of its type', 'camera', undefined, 7],
    ['the default for another type', 'sensor', undefined, 30],
    ['the default without a type', undefined, undefined, 30],
    ['the default for a type that only JavaScript knows', 'toString', undefined, 30],
    ['that of a type with an unfortunate name', 'constructor', undefined, 1],
  ] as const)('is %s', (_, type, requestedDays, expected) => {
    expect(retentionDaysFor(policy, { type, requestedDays })).toBe(expected);
  });
});
