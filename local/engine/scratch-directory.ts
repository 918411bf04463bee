import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux's file system in memory. */
const MEMORY = '/dev/shm';
/** Containers often get 64 MB there, which tables can outgrow. */
const ENOUGH_BYTES = 2 ** 30;

function isRoomy(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** Makes a directory for what need not last: in memory where there is room, else among the temporary files. */
export const makeScratchDirectory = (): string =>
  mkdtempSync(join(isRoomy(MEMORY) ? MEMORY : tmpdir(), 'dynoxide-'));
