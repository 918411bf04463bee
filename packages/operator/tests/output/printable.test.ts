import { describe, expect, it } from '@jest/globals';
import { printable, printableLine } from '../../src/output/printable.ts';

describe('text from devices', () => {
  it('cannot move the cursor, colour, or reorder what is on a terminal', () => {
    expect(printable('\u001b[2J\r\u009b31m\u202eevil\u0007')).toBe(
      '\\u001b[2J\\u000d\\u009b31m\\u202eevil\\u0007',
    );
  });

  it('keeps its lines, and every language', () => {
    expect(printable('ä\n\t漢 🚚')).toBe('ä\n\t漢 🚚');
    expect(printableLine('a\n b')).toBe('a b');
  });

  it('is the same JSON as before, where it is JSON', () => {
    const value = { text: '\u009b\u202e\u001b \\ "' };
    expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
  });
});
