import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A line of a text, without its end. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** What holds memory flat: beyond `maxChars` a line has `onTooLong` called with its number, which throws. */
export interface LineLimit {
  readonly maxChars: number;
  onTooLong(lineNumber: number): never;
}

/** The lines that each chunk ends; one that is longer than `maxChars` already as far as it goes. */
async function* splitLines(bytes: AsyncIterable<Uint8Array>, maxChars: number): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
    if (rest.length > maxChars) yield [rest];
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

/** The lines of UTF-8 bytes, ended by LF or CRLF, without a byte order mark. The last one need not be ended. */
export async function* readLines(bytes: AsyncIterable<Uint8Array>, limit?: LineLimit): AsyncGenerator<Line> {
  const { maxChars = Number.POSITIVE_INFINITY } = limit ?? {};
  let number = 0;
  for await (const lines of splitLines(bytes, maxChars)) {
    for (const line of lines) {
      number += 1;
      if (line.length > maxChars) limit?.onTooLong(number);
      yield { text: line.endsWith('\r') ? line.slice(0, -1) : line, number };
    }
  }
}

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

/** The first and the last index of a run of indexes. */
export type IndexRange = readonly [first: number, last: number];

/** A set of indexes that come nearly in order, kept as ranges: as small as there are gaps in it. */
export class IndexRanges {
  readonly #ranges: [first: number, last: number][];

  constructor(ranges: readonly IndexRange[] = []) {
    this.#ranges = ranges.map(([first, last]) => [first, last]);
  }

  /** In order, and with a gap between each two. */
  get ranges(): readonly IndexRange[] {
    return this.#ranges;
  }

  has(index: number): boolean {
    const range = this.#ranges[this.#placeOf(index)];
    return range !== undefined && range[0] <= index;
  }

  add(index: number): void {
    const place = this.#placeOf(index);
    const next = this.#ranges[place];
    if (next !== undefined && next[0] <= index) return;
    const before = this.#ranges[place - 1];
    const joinsBefore = before !== undefined && before[1] === index - 1;
    const joinsNext = next !== undefined && next[0] === index + 1;
    if (joinsBefore && joinsNext) this.#ranges.splice(place - 1, 2, [before[0], next[1]]);
    else if (joinsBefore) before[1] = index;
    else if (joinsNext) next[0] = index;
    else this.#ranges.splice(place, 0, [index, index]);
  }

  /** The place of the first range that does not end before `index`. */
  #placeOf(index: number): number {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.[1] ?? index) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
