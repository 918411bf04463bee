import { printable, printableLine } from '@device-lifecycle/operator/output/printable.ts';
import { describe, expect, it } from '@jest/globals';
import { table } from '../../src/output/table.ts';

describe('a table', () => {
  const rows = [
    { id: 'a', error: 'short' },
    { id: 'longer', tries: 3, error: 'a long error' },
  ];

  it('has columns as wide as what is in them, in their order', () => {
    expect(table(['id', 'tries', 'error'], rows)).toBe(
      ['ID      TRIES  ERROR', 'a       –      short', 'longer  3      a long error'].join('\n'),
    );
  });

  it('ends where the terminal does', () => {
    const lines = table(['id', 'tries', 'error'], rows, 20).split('\n');
    expect(lines).toEqual(['ID      TRIES  ERROR', 'a       –      short', 'longer  3      a lo…']);
  });

  it('stays a table whatever is in its cells', () => {
    expect(table(['id'], [{ id: 'a\n  b\tc' }])).toBe('ID\na b c');
  });
});

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
