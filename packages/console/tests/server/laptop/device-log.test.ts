import { beforeEach, describe, expect, it } from '@jest/globals';
import { createDeviceLog, type DeviceLog } from '../../../src/server/laptop/device-log.ts';

const HEARTBEAT = 'devices/dev-1/heartbeat';
let nowMs: number;
let log: DeviceLog;

beforeEach(() => {
  nowMs = 1_000;
  log = createDeviceLog({ now: () => nowMs + 5_000, elapsed: () => nowMs });
});

describe('the log of a device', () => {
  it('finds the message that an answer is for, by its request or as the oldest of its topic', () => {
    log.published(HEARTBEAT, '{"requestId":"a"}');
    nowMs = 1_010;
    log.published(HEARTBEAT, '{}');
    log.published('devices/dev-1/update', '{}');
    nowMs = 1_100;
    expect(log.answered(`${HEARTBEAT}/accepted`, '{"requestId":"trace-1"}')).toEqual({
      operation: 'heartbeat',
      verdict: 'accepted',
    });
    expect(log.answered(`${HEARTBEAT}/rejected`, '{"requestId":"a","code":"InvalidInput"}')).toMatchObject({
      verdict: 'rejected',
      code: 'InvalidInput',
    });
    expect(log.entries.slice(-2)).toMatchObject([
      { latencyMs: 90, at: 6_100, sequence: 4 },
      { latencyMs: 100, code: 'InvalidInput', sequence: 5 },
    ]);
  });

  it('takes no answer for one to a message of an earlier connection', () => {
    log.published(HEARTBEAT, '{}');
    log.forgetWaiting();
    log.published(HEARTBEAT, '{}');
    nowMs = 1_020;
    log.answered(`${HEARTBEAT}/accepted`, '{}');
    log.answered(`${HEARTBEAT}/accepted`, '{}');
    expect(log.entries.map((entry) => 'latencyMs' in entry && entry.latencyMs)).toEqual([
      false,
      false,
      20,
      false,
    ]);
  });

  it('keeps the newest hundred entries, and of a payload the beginning', () => {
    for (let count = 0; count < 120; count += 1) log.add({ kind: 'connected' });
    log.published(HEARTBEAT, 'x'.repeat(5_000));
    expect(log.entries).toHaveLength(100);
    expect(log.entries.at(-1)).toMatchObject({ isCut: true, payload: 'x'.repeat(2_048), sequence: 121 });
  });

  it('passes over what is no answer', () => {
    expect(log.answered('devices/dev-1/heartbeat', '{}')).toBeUndefined();
    expect(log.entries).toEqual([]);
  });
});
