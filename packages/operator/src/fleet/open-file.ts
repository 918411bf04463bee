import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there: check the path',
  EISDIR: 'is a directory: name a file',
  EACCES: 'may not be read by you: check its permissions',
  EPERM: 'may not be read by you: check its permissions',
  ENOTDIR: 'is not there: check the path',
  ENAMETOOLONG: 'is longer than a path may be: check it',
  ELOOP: 'is a symbolic link that leads to itself: name a file',
  ENXIO: 'is no file: name one',
  ERR_INVALID_ARG_VALUE: 'is no path',
};

const CHUNK_BYTES = 1 << 18;

/** A file that is read once, from its beginning. */
export interface OpenFile {
  /** Its first bytes; with none it is empty. */
  readonly beginning: Buffer;
  readonly stream: AsyncIterable<Buffer>;
}

/**
 * Opens a file for reading, has it used, and closes it.
 * @throws UsageError for one that is not there, a directory, or not readable
 */
export async function withFile<T>(path: string, use: (file: OpenFile) => Promise<T>): Promise<T> {
  const handle = await explaining(path, () => open(path, 'r'));
  try {
    return await use(await openStream(chunksOf(path, handle)));
  } finally {
    await handle.close();
  }
}

/** Of what is done with this file alone: other files that it is used with have faults of their own. */
async function explaining<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explained(path, error);
  }
}

async function* chunksOf(path: string, handle: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead, buffer } = await explaining(path, () =>
      handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES),
    );
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** What comes in pieces of any size, and what a file may begin with is not told apart by less. */
const BEGINNING_BYTES = 1 << 10;

/** The same of a stream. Reads its beginning. */
export async function openStream(stream: AsyncIterable<Buffer>): Promise<OpenFile> {
  const chunks = stream[Symbol.asyncIterator]();
  let beginning = Buffer.alloc(0);
  while (beginning.length < BEGINNING_BYTES) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    beginning = Buffer.concat([beginning, value]);
  }
  return { beginning, stream: startingWith(beginning, chunks) };
}

async function* startingWith(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function explained(path: string, error: unknown): unknown {
  const reason = REASONS[String(Object(error).code)];
  return reason === undefined ? error : new UsageError(`${path} ${reason}.`);
}
