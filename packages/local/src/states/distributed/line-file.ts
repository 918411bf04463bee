import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { readLines } from './lines.ts';

const BLOCK_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** Where the last whole line of a file ends. */
async function endOfLines(file: FileHandle): Promise<number> {
  const block = Buffer.alloc(BLOCK_BYTES);
  let end = (await file.stat()).size;
  while (end > 0) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf(LINE_FEED);
    if (at !== -1) return start + at + 1;
    end = start;
  }
  return 0;
}

/** A file that lines are added to, which outlives the process: what of a line was written when it was killed is dropped. */
export class LineFile {
  readonly #path: string;
  readonly #file: FileHandle;
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Goes on with the file when there is one. */
  static async open(path: string): Promise<LineFile> {
    const file = await open(path, 'a+');
    await file.truncate(await endOfLines(file));
    return new LineFile(path, file);
  }

  /** Adds a line, after those that were added earlier. It must not have a line feed in it. */
  add(line: string): Promise<void> {
    // When one could not be written whole, none must follow it.
    this.#written = this.#written.then(() => this.#file.appendFile(`${line}\n`));
    return this.#written;
  }

  /** Removes all lines. */
  clear(): Promise<void> {
    this.#written = this.#written.then(() => this.#file.truncate(0));
    return this.#written;
  }

  /** The lines that have been added until now. */
  async *lines(): AsyncGenerator<string> {
    await this.#written;
    const bytes = createReadStream(this.#path, { highWaterMark: BLOCK_BYTES });
    for await (const { text } of readLines(bytes)) yield text;
  }

  async close(): Promise<void> {
    await this.#written.catch(() => undefined);
    await this.#file.close();
  }
}
