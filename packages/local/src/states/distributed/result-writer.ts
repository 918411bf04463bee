import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsError } from '../../aws.ts';
import type { ObjectStore } from '../../contracts.ts';
import { systemErrorCode } from '../../data/database.ts';
import { StatesError } from '../values.ts';
import { s3Answer } from './item-source.ts';
import { uuidOf } from './map-run-record.ts';
import type { ChildResult } from './result-record.ts';
import { RESULT_KINDS, type RecordedChild, type ResultKind, ResultSpool } from './result-spool.ts';

/** A result file as the manifest names it. */
interface ResultFile {
  readonly Key: string;
  /** Bytes. */
  readonly Size: number;
}

interface ResultFilesOptions {
  readonly objects: ObjectStore;
  readonly bucket: string;
  /** The key of the file with a number, from 0. */
  keyOf(number: number): string;
  /** The number of the first file. */
  readonly firstNumber: number;
  /** No file gets larger, unless a single entry is. */
  readonly maxFileBytes: number;
}

const PIECE_CHARS = 256 * 1024;

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
  maxFileBytes: number,
  onEnd: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  let piece = '';
  while (source.next !== undefined) {
    const line = `${source.next}\n`;
    const lineBytes = Buffer.byteLength(line);
    if (bytes > 0 && bytes + lineBytes > maxFileBytes) break;
    bytes += lineBytes;
    piece += line;
    await source.advance();
    if (piece.length >= PIECE_CHARS) {
      yield Buffer.from(piece);
      piece = '';
    }
  }
  yield Buffer.from(piece);
  onEnd(bytes);
}

/** Writes as many files as the entries need, none when there are no entries. */
async function writeResultFiles(
  entries: AsyncIterable<string>,
  options: ResultFilesOptions,
): Promise<ResultFile[]> {
  const { objects, bucket, maxFileBytes } = options;
  const source = new EntrySource(entries);
  const files: ResultFile[] = [];
  await source.advance();
  while (source.next !== undefined) {
    const Key = options.keyOf(options.firstNumber + files.length);
    let Size = 0;
    const body = fileBody(source, maxFileBytes, (bytes) => {
      Size = bytes;
    });
    await objects.write(bucket, Key, body);
    files.push({ Key, Size });
  }
  return files;
}

export interface ResultWriterOptions {
  /** Where results are kept until they are exported; one for this map run alone. */
  readonly directory: string;
  readonly objects: ObjectStore;
  /** Arguments of the ResultWriter, evaluated. */
  readonly bucket: string;
  readonly prefix?: string;
  readonly mapRunArn: string;
  /** Whether the map run is redriven: what of it did not succeed, and could not be exported then, is dropped. */
  readonly isRedriven?: boolean;
  /** AWS begins another file at 5 GB. */
  readonly maxFileBytes?: number;
}

/** Takes the results of a map run while it runs, and exports them at its end; it outlives the process. */
export interface ResultWriter {
  /** Appends to the spool; memory does not grow with what has been added. */
  add(child: ChildResult): Promise<void>;
  /**
   * Writes the result files and the manifest to S3, and removes the spool, which stays when `assertWanted` throws
   * meanwhile. Throws that, and `StatesError` `States.ResultWriterFailed`.
   */
  finish(assertWanted?: () => void): Promise<{ readonly Bucket: string; readonly Key: string }>;
  /** The children whose results were added, also before the process was killed. */
  recorded(): AsyncIterable<RecordedChild>;
  /** Ends writing without an export; a writer that is opened in the same directory goes on. */
  close(): Promise<void>;
}

type ResultFiles = Readonly<Record<ResultKind, readonly ResultFile[]>>;

const MAX_FILE_BYTES = 5 * 10 ** 9;
/** In the spool's directory: the result files that were there before, so that an export can be done over. */
const EARLIER_FILE = 'earlier.json';

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

function writerFailure(thrown: unknown, attempt: string): unknown {
  if (!(thrown instanceof AwsError)) return thrown;
  return new StatesError('States.ResultWriterFailed', `${attempt} ${s3Answer(thrown)}`);
}

/** Where a map run's results go: `{prefix}/{the UUID of its ARN}/`. */
function folderOf({ prefix = '', mapRunArn }: ResultWriterOptions): string {
  const uuid = uuidOf(mapRunArn);
  return prefix === '' ? `${uuid}/` : `${prefix.replace(/\/$/, '')}/${uuid}/`;
}

class Export implements ResultWriter {
  readonly #options: ResultWriterOptions;
  readonly #folder: string;
  readonly #spool: ResultSpool;
  /** Of a run before a redrive: they stay. */
  #earlier: readonly ResultFile[] = [];

  constructor(options: ResultWriterOptions, spool: ResultSpool) {
    this.#options = options;
    this.#folder = folderOf(options);
    this.#spool = spool;
  }

  get #manifestKey(): string {
    return `${this.#folder}manifest.json`;
  }

  /** Reads what an export before has left, and sees that the bucket can be written to. */
  async start(): Promise<void> {
    const path = join(this.#options.directory, EARLIER_FILE);
    try {
      this.#earlier = JSON.parse(await readFile(path, 'utf8')) as ResultFile[];
      return;
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    }
    try {
      this.#earlier = await this.#exportedBefore();
    } catch (thrown) {
      throw writerFailure(thrown, 'Failed to write a test manifest into the specified output bucket.');
    }
    await writeFile(`${path}.new`, JSON.stringify(this.#earlier));
    await rename(`${path}.new`, path);
  }

  /** As AWS does, writes a manifest without results at the very start, so that a wrong bucket is told at once. */
  async #exportedBefore(): Promise<readonly ResultFile[]> {
    const { objects, bucket } = this.#options;
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await objects.read(bucket, this.#manifestKey)) chunks.push(chunk);
      const manifest = JSON.parse(Buffer.concat(chunks).toString()) as { ResultFiles: ResultFiles };
      return manifest.ResultFiles.SUCCEEDED;
    } catch (thrown) {
      if (!(thrown instanceof AwsError && thrown.code === 'NoSuchKey')) throw thrown;
      await this.#writeManifest({ FAILED: [], PENDING: [], SUCCEEDED: [] });
      return [];
    }
  }

  async #writeManifest(ResultFiles: ResultFiles): Promise<void> {
    const { objects, bucket, mapRunArn } = this.#options;
    const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles };
    await objects.write(bucket, this.#manifestKey, once(JSON.stringify(manifest)));
  }

  add(child: ChildResult): Promise<void> {
    return this.#spool.add(child);
  }

  recorded(): AsyncIterable<RecordedChild> {
    return this.#spool.recorded();
  }

  close(): Promise<void> {
    return this.#spool.close();
  }

  async finish(assertWanted: () => void = () => undefined): Promise<{ Bucket: string; Key: string }> {
    try {
      const written: Partial<Record<ResultKind, readonly ResultFile[]>> = {};
      for (const kind of RESULT_KINDS) written[kind] = await this.#exportKind(kind, assertWanted);
      await this.#writeManifest(written as ResultFiles);
    } catch (thrown) {
      throw writerFailure(thrown, 'Failed to write the results into the specified output bucket.');
    }
    await this.#spool.close();
    assertWanted();
    this.#spool.remove();
    return { Bucket: this.#options.bucket, Key: this.#manifestKey };
  }

  async #exportKind(kind: ResultKind, assertWanted: () => void): Promise<readonly ResultFile[]> {
    const { objects, bucket, maxFileBytes = MAX_FILE_BYTES } = this.#options;
    const earlier = kind === 'SUCCEEDED' ? this.#earlier : [];
    const files = await writeResultFiles(this.#spool.entries(kind, assertWanted), {
      objects,
      bucket,
      keyOf: (number) => `${this.#folder}${kind}_${number}.jsonl`,
      firstNumber: earlier.length,
      maxFileBytes,
    });
    return [...earlier, ...files];
  }
}

/**
 * The ResultWriter of a map run: `manifest.json`, and `SUCCEEDED_n`, `FAILED_n` and `PENDING_n` as JSON Lines, below
 * `{prefix}/{map run UUID}/`. Goes on with what is in the directory. On a redrive what had succeeded stays, and
 * what had failed or was pending is written anew.
 * Throws `StatesError` `States.ResultWriterFailed` when the bucket can't be written to.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export async function openResultWriter(options: ResultWriterOptions): Promise<ResultWriter> {
  const spool = await ResultSpool.open(options.directory);
  const writer = new Export(options, spool);
  try {
    if (options.isRedriven === true) await spool.dropUnsuccessful();
    await writer.start();
  } catch (error) {
    await spool.close();
    throw error;
  }
  return writer;
}
