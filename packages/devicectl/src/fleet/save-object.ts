import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '@device-lifecycle/operator/errors.ts';
import type { FleetBucket } from '@device-lifecycle/operator/fleet/ports.ts';
import { assertWritable } from './writable.ts';

/** @throws UsageError for a file that is there already, or cannot be made there */
export async function assertIsNew(path: string): Promise<void> {
  await assertWritable(path, '--out');
  try {
    await stat(path);
  } catch (error) {
    if (Object(error).code === 'ENOENT') return;
    throw error;
  }
  throw new UsageError(`${path} is there already: name another file with --out.`);
}

/** Downloads an object whole or not at all. Streams. */
export async function saveObject(bucket: FleetBucket, key: string, path: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await pipeline(Readable.from(await bucket.read(key)), createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    const { code } = Object(error);
    if (code === 'ENOENT' || code === 'EACCES') {
      throw new UsageError(`${path} cannot be written (${code}): name another file with --out.`);
    }
    throw error;
  }
}
