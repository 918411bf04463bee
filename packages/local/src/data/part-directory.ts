import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a part of the runtime has its files. */
export interface PartDirectory {
  readonly path: string;
  /** Removes it with all that is in it, unless it is to outlive the runtime. */
  close(): Promise<void>;
}

/** The directory of a part in the data directory, or a temporary one with that prefix where nothing is kept. */
export async function openPartDirectory(kept: string | undefined, prefix: string): Promise<PartDirectory> {
  if (kept !== undefined) return { path: kept, close: async () => undefined };
  const path = await mkdtemp(join(tmpdir(), prefix));
  return { path, close: () => rm(path, { recursive: true, force: true }) };
}
