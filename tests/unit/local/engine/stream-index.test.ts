import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { indexStreams } from '../../../../local/engine/stream-index.ts';

it('an index that cannot be made, be it for a file that cannot be opened, is told of and stops nobody', () => {
  const warnings: string[] = [];
  const log = { info() {}, warn: (text: string) => void warnings.push(text), error() {} };
  indexStreams(join(tmpdir(), 'no-such-directory', 'tables.db'), log);
  expect(warnings).toEqual([
    expect.stringMatching(/^writes will slow down .*: unable to open database file$/),
  ]);
});
