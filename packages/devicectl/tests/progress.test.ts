import { PassThrough } from 'node:stream';
import { createClock } from '@device-lifecycle/test-kit/clock.ts';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { describe, expect, it } from '@jest/globals';
import { describeProgress, duration, startProgress } from '../src/progress.ts';

const counts = { done: 400, total: 1_000, failed: 2, perSecond: 81.4, secondsLeft: 8 };

describe('progress', () => {
  it('is a bar with count, rate, failures and time left', () => {
    expect(describeProgress('lot-7', counts, 10)).toBe(
      'lot-7 ████░░░░░░ 40 % 400 of 1,000, 81 a second, 2 failed, 8 s left',
    );
    expect(describeProgress('lot-7', { done: 1, total: 3, failed: 0, perSecond: 0.5 })).toBe(
      'lot-7 33 % 1 of 3, 0.5 a second',
    );
    expect(describeProgress('lot-7', { done: 2 }, 10)).toBe('lot-7 2');
    expect(describeProgress('lot-7', { done: 0, total: 0 }, 10)).toBe('lot-7 0 of 0');
  });

  it('is a line every few seconds where nobody watches', () => {
    const clock = createClock();
    const lines: string[] = [];
    const progress = startProgress('lot-7', {
      stderr: process.stderr,
      isAnimated: false,
      now: clock,
      line: (text) => void lines.push(text),
    });
    for (const done of [1, 2, 3, 4]) {
      clock.advance(2_000);
      progress.update({ done });
    }
    progress.stop();
    expect(lines).toEqual(['lot-7 …', 'lot-7 3']);
  });

  it('turns where somebody watches, until it is stopped', async () => {
    const drawn: string[] = [];
    const stderr = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 80,
      cursorTo: () => true,
      moveCursor: () => true,
      clearLine: () => void drawn.push('cleared') === undefined,
    });
    stderr.on('data', (chunk) => drawn.push(String(chunk)));
    const place = { stderr: stderr as unknown as NodeJS.WriteStream, isAnimated: true, now: Date.now };
    const progress = startProgress('lot-7', { ...place, line: () => undefined });
    progress.update({ done: 1, total: 2 });
    await eventually(async () =>
      expect(drawn.join('')).toContain('lot-7 ████████████░░░░░░░░░░░░ 50 % 1 of 2'),
    );
    // At once: the result is printed in the next moment.
    progress.stop();
    expect(drawn.slice(-2)).toEqual(['cleared', '\u001b[?25h']);
  });
});

it.each([
  [0, '0 s'],
  [59.6, '1 min'],
  [3_720, '1 h 2 min'],
  [7_201, '2 h'],
  [90_061, '1 d 1 h'],
])('%d seconds are %s', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected);
});
