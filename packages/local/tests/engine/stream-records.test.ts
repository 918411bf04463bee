import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { mendStreams } from '../../src/engine/stream-records.ts';

it('streams that cannot be mended, be it for a file that cannot be opened, is told of and stops nobody', () => {
  const warnings: string[] = [];
  const log = { info() {}, warn: (text: string) => void warnings.push(text), error() {} };
  mendStreams(join(tmpdir(), 'no-such-directory', 'tables.db'), log);
  expect(warnings).toEqual([
    expect.stringMatching(/^writes will slow down .*: unable to open database file$/),
  ]);
});
