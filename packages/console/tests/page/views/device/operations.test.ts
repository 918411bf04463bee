import { describe, expect, it } from '@jest/globals';
import type { DeviceState } from '../../../../src/contract/device.ts';
import { EMPTY_FORM, readForm } from '../../../../src/page/views/device/operation-form.ts';
import { adviceFor, OPERATIONS, obstacleTo, pollsOf } from '../../../../src/page/views/device/operations.ts';

const possible = (state: DeviceState, isHeld = false) =>
  OPERATIONS.filter((operation) => obstacleTo(operation, { state, isHeld }) === undefined);

describe('what can be done with a device', () => {
  it('follows from its state and from the legal hold', () => {
    expect(possible('active')).toEqual(['decommission']);
    expect(possible('decommissioned')).toEqual(['restore', 'hold', 'purge']);
    expect(possible('decommissioned', true)).toEqual(['restore', 'release']);
    expect(possible('expired')).toEqual([]);
    expect(possible('purging')).toEqual([]);
    expect(possible('unknown')).toEqual([]);
  });

  it('says what is in the way', () => {
    expect(obstacleTo('restore', { state: 'active', isHeld: false })).toBe('inService');
    expect(obstacleTo('purge', { state: 'decommissioned', isHeld: true })).toBe('purgeNeedsRelease');
    expect(obstacleTo('restore', { state: 'expired', isHeld: false })).toBe('expired');
  });
});

describe('what to do after a failure', () => {
  it('is to repeat what may have been done, to look at contradictions, and else to mend the request', () => {
    expect(adviceFor({ error: 'States.Timeout', isOpen: true })).toBe('again');
    expect(adviceFor({ error: 'IntegrityViolation', isOpen: false })).toBe('look');
    expect(adviceFor({ error: 'ConfigurationError', isOpen: false })).toBe('setting');
    expect(adviceFor({ error: 'RetentionExpired', isOpen: false })).toBe('mend');
  });
});

describe('the form of an operation', () => {
  const nowMs = Date.UTC(2026, 5, 1);
  const around = { deviceId: 'dev-1', requestId: 'r-1', nowMs };
  const day = 86_400_000;
  const local = (atMs: number) => {
    const date = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
    return date.toISOString().slice(0, 16);
  };

  it('asks for what is typed, and leaves out what is not', () => {
    const typed = { ...EMPTY_FORM, reason: ' recall ', retentionDays: '0.5', notBefore: local(nowMs + day) };
    expect(readForm('decommission', typed, around)).toEqual({
      faults: {},
      request: {
        operation: 'decommission',
        requestId: 'r-1',
        reason: 'recall',
        retentionDays: 0.5,
        notBeforeMs: nowMs + day,
      },
    });
    expect(readForm('restore', { ...EMPTY_FORM, retentionDays: 'ten' }, around).request).toEqual({
      operation: 'restore',
      requestId: 'r-1',
    });
  });

  it('has no retention under legal hold', () => {
    const typed = { ...EMPTY_FORM, reason: 'case', retentionDays: '5', legalHold: true };
    expect(readForm('decommission', typed, around).request).toEqual({
      operation: 'decommission',
      requestId: 'r-1',
      reason: 'case',
      legalHold: true,
    });
  });

  it.each([
    ['no reason', 'decommission', {}, 'reason'],
    ['a reason that is too long', 'hold', { reason: '😀'.repeat(1_025) }, 'reason'],
    ['a control character', 'hold', { reason: 'a\u0007b' }, 'reason'],
    ['days that are none', 'release', { retentionDays: '0' }, 'retentionDays'],
    ['a past time', 'decommission', { reason: 'x', notBefore: local(nowMs - day) }, 'notBefore'],
    ['a time too far', 'decommission', { reason: 'x', notBefore: local(nowMs + 365 * day) }, 'notBefore'],
    ['another id', 'purge', { reason: 'x', deviceId: 'dev-2' }, 'deviceId'],
  ] as const)('asks for nothing with %s', (_, operation, typed, fault) => {
    const { faults, request } = readForm(operation, { ...EMPTY_FORM, ...typed }, around);
    expect(Object.keys(faults)).toEqual([fault]);
    expect(request).toBeUndefined();
  });

  it('counts the length of a reason in code points', () => {
    expect(readForm('hold', { ...EMPTY_FORM, reason: '😀'.repeat(1_024) }, around).faults).toEqual({});
  });
});

it('an execution is asked for until it ends', () => {
  expect([undefined, 'RUNNING', 'PENDING_REDRIVE'].map(pollsOf)).toEqual([1, 1, 1]);
  expect(pollsOf('SCHEDULED')).toBeGreaterThan(1);
  expect(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'].map(pollsOf)).toEqual(Array(4).fill(undefined));
});
