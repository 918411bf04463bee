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
