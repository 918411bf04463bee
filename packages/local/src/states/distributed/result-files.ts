import type { WriterConfig } from './child-result.ts';
import type { ObjectStore } from './object-store.ts';

/** A result file as the manifest names it. */
export interface ResultFile {
  readonly Key: string;
  /** Bytes. */
  readonly Size: number;
}

export interface ResultFilesOptions {
  readonly objects: ObjectStore;
  readonly bucket: string;
  /** The key of the file with a number, from 0. */
  keyOf(number: number): string;
  /** The number of the first file. */
  readonly firstNumber: number;
  readonly outputType: WriterConfig['OutputType'];
  /** No file gets larger, unless a single entry is. */
  readonly maxFileBytes: number;
}

const PIECE_CHARS = 256 * 1024;

/** How the entries of a file stand in it. */
const LAYOUTS = {
  JSON: { before: '[', between: ',', after: ']' },
  JSONL: { before: '', between: '\n', after: '\n' },
} as const;

/** Takes entries one at a time and knows the next. */
class EntrySource {
  readonly #entries: AsyncIterator<string>;
  #next: string | undefined;

  constructor(entries: AsyncIterable<string>) {
    this.#entries = entries[Symbol.asyncIterator]();
  }

  get next(): string | undefined {
    return this.#next;
  }

  async advance(): Promise<void> {
    const { done, value } = await this.#entries.next();
    this.#next = done === true ? undefined : value;
  }
}

/** The bytes of one file, in pieces; `onEnd` is told how many they were. */
async function* fileBody(
  source: EntrySource,
  outputType: WriterConfig['OutputType'],
  maxFileBytes: number,
  onEnd: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const { before, between, after } = LAYOUTS[outputType];
  let bytes = before.length + after.length;
  let piece = before;
  let separator = '';
  while (source.next !== undefined) {
    const entry = separator + source.next;
    const entryBytes = Buffer.byteLength(entry);
    if (separator !== '' && bytes + entryBytes > maxFileBytes) break;
    bytes += entryBytes;
    piece += entry;
    separator = between;
    await source.advance();
    if (piece.length >= PIECE_CHARS) {
      yield Buffer.from(piece);
      piece = '';
    }
  }
  yield Buffer.from(piece + after);
  onEnd(bytes);
}

/** Writes as many files as the entries need, none when there are no entries. */
export async function writeResultFiles(
  entries: AsyncIterable<string>,
  options: ResultFilesOptions,
): Promise<ResultFile[]> {
  const { objects, bucket, outputType, maxFileBytes } = options;
  const source = new EntrySource(entries);
  const files: ResultFile[] = [];
  await source.advance();
  while (source.next !== undefined) {
    const Key = options.keyOf(options.firstNumber + files.length);
    let Size = 0;
    const body = fileBody(source, outputType, maxFileBytes, (bytes) => {
      Size = bytes;
    });
    await objects.write(bucket, Key, body);
    files.push({ Key, Size });
  }
  return files;
}
