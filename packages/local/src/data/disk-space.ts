import { statfs } from 'node:fs/promises';
import { DataError } from './data-error.ts';

/** Enough for what is under way to come to its end, and for files to be closed in order. */
const ENOUGH_BYTES = 1_000_000;
const CHECK_MS = 1_000;

/** Looks after the room on a disk. */
export interface DiskSpace {
  /** Resolves to what is to be told when there is no room left, which is the end of whoever keeps something there. */
  readonly failed: Promise<Error>;
  close(): void;
}

/**
 * Watches the disk of a directory: not everything that is written there comes to know by itself that it is full, and
 * who does can do no more. Throws {@link DataError} when it is full already, and the system's error.
 */
export async function watchDiskSpace(directory: string): Promise<DiskSpace> {
  const { promise: failed, resolve } = Promise.withResolvers<Error>();
  const first = await fullness(directory);
  if (first !== undefined) throw first;
  const timer = setInterval(async () => {
    const error = await fullness(directory).catch((cause: unknown) => unreadable(directory, cause));
    if (error !== undefined) resolve(error);
  }, CHECK_MS);
  timer.unref();
  return { failed, close: () => clearInterval(timer) };
}

async function fullness(directory: string): Promise<DataError | undefined> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= ENOUGH_BYTES) return undefined;
  return new DataError(
    `The disk of ${directory} is full: make room there, and start again. What was acknowledged is kept.`,
  );
}

function unreadable(directory: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError(
    `${directory} can't be reached any longer (${reason}): bring it back, and start again.`,
    {
      cause,
    },
  );
}
