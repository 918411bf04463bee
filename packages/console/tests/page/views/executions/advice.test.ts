import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { adviceFor } from '../../../../src/page/views/executions/advice.ts';

it('has advice for every error that docs/messages.md says an execution can fail with', () => {
  const text = readFileSync(new URL('../../../../../../docs/messages.md', import.meta.url), 'utf8');
  const [, table = ''] = text.split('A failed execution carries one of these errors:');
  const rows = table.split('\n\n')[1]?.split('\n').slice(2) ?? [];
  const errors = rows.flatMap((row) => {
    const [, cell = ''] = row.split('|');
    return [...cell.replaceAll(/\(.*?\)/g, '').matchAll(/`([^`]+)`/g)].map(([, name = '']) =>
      name.replace('…', 'Unknown'),
    );
  });
  expect(errors).toContain('UnderLegalHold');
  expect(errors.filter((error) => adviceFor(error, 'FAILED') === undefined)).toEqual([]);
  expect(adviceFor('SomethingElse', 'FAILED')).toBeUndefined();
  expect(adviceFor('SomethingElse', 'ABORTED')).toBe('stopped');
});
