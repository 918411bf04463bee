import { describe, expect, it } from '@jest/globals';
import { appendToTail, logTail } from '../../src/lambda/environment-log.ts';

describe('the tail of a log', () => {
  it('is 4 KB at most and begins with a whole character', () => {
    for (const padding of ['', 'x', 'xx', 'xxx']) {
      const tail = logTail(`${'😀'.repeat(2000)}${padding}\n`);
      expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4096);
      expect(Buffer.byteLength(tail)).toBeGreaterThan(4092);
      expect(tail.startsWith('😀')).toBe(true);
    }
  });

  it('keeps the end of what is written, and bounds what is kept', () => {
    let tail = '';
    for (let n = 0; n < 10_000; n += 1) tail = appendToTail(tail, `line ${n}\n`);
    expect(tail.endsWith('line 9998\nline 9999\n')).toBe(true);
    expect(tail.length).toBeLessThan(20_000);
  });
});
