import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { type DataDirectory, openDataDirectory } from '../../src/data/data-directory.ts';

/** A data directory of the laptop runtime, for one test. */
export interface TestData {
  /** Closes it and opens it, as one runtime does after another. */
  reopen(): Promise<DataDirectory>;
}

/** Has each test begin without data, and removes what it leaves. */
export function useDataDirectory(): TestData {
  let directory: string | undefined;
  let opened: DataDirectory | undefined;
  afterEach(() => {
    opened?.close();
    if (directory !== undefined) rmSync(directory, { recursive: true });
    [directory, opened] = [undefined, undefined];
  });
  return {
    async reopen() {
      directory ??= mkdtempSync(join(tmpdir(), 'data-'));
      opened?.close();
      opened = undefined;
      opened = await openDataDirectory(directory, 'us-east-1');
      return opened;
    },
  };
}
