import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../../data/database.ts';
import { uuidOf } from './map-run-record.ts';

/** Removes the spools of map runs that are not known any more. Throws the system's error. */
export async function removeLeftSpools(
  spoolDirectory: string,
  mapRunArns: () => readonly string[],
): Promise<void> {
  const names = await namesIn(spoolDirectory);
  // Asked for afterwards: a map run is known before it has a spool.
  const known = new Set(mapRunArns().map(uuidOf));
  for (const name of names) {
    if (!known.has(name)) await rm(join(spoolDirectory, name), { recursive: true, force: true });
  }
}

/** It is made with the first spool. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
