import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { systemErrorCode } from '../data/database.ts';

/**
 * Unzips an archive into a directory. Names that would leave the directory are refused (yauzl validates them:
 * relative, without `..`).
 */
export async function unzip(archive: string, directory: string): Promise<void> {
  const zip = await openPromise(archive, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    const file = join(directory, entry.fileName);
    await mkdir(dirname(file), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file));
  }
}

/** How many packages stay, at most, of those that have not been used lately. */
const KEPT_PACKAGES = 5;

/** A package used within this time stays in any case: a runtime may be loading functions from it. */
const IN_USE_MS = 60 * 60_000;

/** Packages are made in directories of this prefix, beside where they end: a rename then is atomic. */
const WORK_PREFIX = '.work-';

/** A new empty directory inside the cache to build in. */
export async function makeWorkDir(cacheDir: string): Promise<string> {
  const directory = join(cacheDir, `${WORK_PREFIX}${process.pid}-${crypto.randomUUID()}`);
  await mkdir(directory, { recursive: true });
  return directory;
}

/** Whether the entry is there; if so, it counts as used now. */
export async function touch(entry: string): Promise<boolean> {
  try {
    const now = new Date();
    await utimes(entry, now, now);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Moves what was built to its place, in one step. Somebody who built the same at the same time may have been
 * faster: then theirs stays, which is as good.
 */
export async function publish(built: string, entry: string): Promise<void> {
  try {
    await rename(built, entry);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** Removes packages that have not been used for long, and what interrupted builds left. */
export async function prune(cacheDir: string): Promise<void> {
  const names = await readdir(cacheDir);
  const entries = await Promise.all(
    names.map(async (name) => ({ name, usedAt: await usedAt(join(cacheDir, name)) })),
  );
  const isStale = ({ usedAt }: { usedAt: number }) => usedAt < Date.now() - IN_USE_MS;
  const packages = entries.filter(({ name }) => !name.startsWith(WORK_PREFIX));
  const works = entries.filter(({ name }) => name.startsWith(WORK_PREFIX));
  const surplus = packages.sort((one, other) => other.usedAt - one.usedAt).slice(KEPT_PACKAGES);
  await Promise.all(
    [...surplus, ...works]
      .filter(isStale)
      .map(({ name }) => rm(join(cacheDir, name), { recursive: true, force: true })),
  );
}

/** Milliseconds since the epoch; now for an entry that another process has just removed. */
async function usedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Date.now();
    throw error;
  }
}
