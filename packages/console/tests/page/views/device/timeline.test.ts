import { describe, expect, it } from '@jest/globals';
import type { LifecycleEvent } from '../../../../src/contract/live.ts';
import { logEntriesOf } from '../../../../src/page/views/device/log-lines.ts';
import { holdsOf, livesOf } from '../../../../src/page/views/device/timeline.ts';

const step = (registeredAt: number, sequence: number, at: number): LifecycleEvent => ({
  type: 'DeviceUpdated',
  id: `dev-1/${registeredAt}/${sequence}`,
  deviceId: 'dev-1',
  registeredAt,
  sequence,
  at,
  actor: { source: 'device' },
});

const keysOf = (lives: ReturnType<typeof livesOf>) =>
  lives.map(({ entries }) => entries.map(({ key }) => key));

describe('the lives of an id', () => {
  it('are apart, the newest first, and a late purge is in its own', () => {
    const events = [step(100, 1, 100), step(500, 0, 500), step(100, 9, 900), step(100, 2, 100)];
    expect(keysOf(livesOf(events, []))).toEqual([
      ['dev-1/500/0'],
      ['dev-1/100/9', 'dev-1/100/2', 'dev-1/100/1'],
    ]);
  });

  it('has what was logged among the steps, by its time, without changing their order', () => {
    // The clocks of two functions are apart.
    const events = [step(100, 0, 100), step(100, 1, 210), step(100, 2, 200)];
    const others = logEntriesOf(
      [50, 150, 205, 300].map((at) => ({
        '@timestamp': new Date(at).toISOString().replace('T', ' ').slice(0, -1),
      })),
    );
    expect(keysOf(livesOf(events, others))).toEqual([
      ['log/3', 'log/2', 'dev-1/100/2', 'dev-1/100/1', 'log/1', 'dev-1/100/0'],
      ['log/0'],
    ]);
  });
});

describe('holds', () => {
  it('are told by the record, since no event does', () => {
    const record = { hold: { at: 150, reason: 'case' }, release: { at: 160 } };
    const [life] = livesOf([step(100, 0, 100)], holdsOf({ record }));
    expect(life?.entries.map(({ kind }) => kind)).toEqual(['released', 'held', 'event']);
  });
});

describe('logged lines', () => {
  it('have the time of CloudWatch Logs, which is UTC, and are none without', () => {
    const row = { '@timestamp': '2026-11-25 22:00:00.123', source: 'register-device', event: 'register' };
    expect(logEntriesOf([row, { source: 'no time' }])).toEqual([
      {
        kind: 'log',
        key: 'log/0',
        at: Date.UTC(2026, 10, 25, 22, 0, 0, 123),
        line: {
          source: 'register-device',
          event: 'register',
          result: '',
          about: undefined,
          correlationId: undefined,
        },
      },
    ]);
  });
});
