import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '@device-lifecycle/operator/errors.ts';

/**
 * That a file can be made there, as far as can be told without making it.
 * @param option which names it
 * @throws UsageError
 */
export async function assertWritable(path: string, option: string): Promise<void> {
  const directory = dirname(path);
  if (await isWritable(directory)) return;
  throw new UsageError(`${directory} cannot be written to: name a file elsewhere with ${option}.`);
}

async function isWritable(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.W_OK);
    return (await stat(directory)).isDirectory();
  } catch {
    return false;
  }
}
