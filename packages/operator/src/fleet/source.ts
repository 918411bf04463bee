import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A line each, below this header: all that the state machine reads of a file. */
const HEADER = 'deviceId\n';
const CHUNK_CHARACTERS = 1 << 16;

/** The devices of a run, as they are uploaded. The same devices in the same order are the same source. */
export interface Source {
  /** Of its content, hexadecimal. */
  readonly sha256: string;
  readonly devices: number;
  readonly bytes: number;
  /** The content, as often as it is asked for. */
  read(): Readable;
}

/**
 * Writes the source of a run to a temporary file, has it used, and removes it. A file of its own, so that what is
 * uploaded is what was checked, whatever becomes of the operator's file; only with ids, since other columns are
 * nobody's business on AWS and would make batches smaller.
 */
export async function withSource<T>(
  deviceIds: AsyncIterable<string>,
  use: (source: Source) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'devicectl-'));
  const path = join(directory, 'source.csv');
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // A second Ctrl-C ends the process as it is.
  process.once('exit', remove);
  try {
    const hash = createHash('sha256');
    let [devices, bytes] = [0, 0];
    async function* content(): AsyncGenerator<string> {
      let chunk = HEADER;
      for await (const deviceId of deviceIds) {
        devices += 1;
        chunk += `${deviceId}\n`;
        if (chunk.length < CHUNK_CHARACTERS) continue;
        yield chunk;
        chunk = '';
      }
      yield chunk;
    }
    async function* hashed(): AsyncGenerator<string> {
      for await (const chunk of content()) {
        hash.update(chunk);
        bytes += chunk.length; // ASCII alone
        yield chunk;
      }
    }
    await pipeline(Readable.from(hashed()), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return await use({ sha256: hash.digest('hex'), devices, bytes, read: () => createReadStream(path) });
  } finally {
    process.off('exit', remove);
    remove();
  }
}
