import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServerResponse } from '../listen.ts';

/** Bytes in a file of their own, which never change. */
export interface Blob {
  readonly id: string;
  readonly length: number;
}

/** The files that objects and parts of uploads are made of. */
export class Blobs {
  readonly #directory: string;
  readonly #readers = new Map<string, number>();
  /** To be removed once nobody reads them any longer. */
  readonly #unwanted = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  pathOf({ id }: Blob): string {
    return join(this.#directory, id);
  }

  write(bytes: Uint8Array): Blob {
    const blob = { id: randomUUID(), length: bytes.length };
    writeFileSync(this.pathOf(blob), bytes);
    return blob;
  }

  /** Writes what comes, however much. Nothing is left of it when it ends with an error. */
  async writeStream(bytes: AsyncIterable<Uint8Array>): Promise<{ blob: Blob; md5: string }> {
    const id = randomUUID();
    const hash = createHash('md5');
    let length = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        length += chunk.length;
        done(null, chunk);
      },
    });
    const path = join(this.#directory, id);
    try {
      await pipeline(Readable.from(bytes, { objectMode: false }), measure, createWriteStream(path));
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
    return { blob: { id, length }, md5: hash.digest('hex') };
  }

  /** From now on the blobs can be read until they are released, even when they are removed. */
  retain(blobs: readonly Blob[]): void {
    for (const { id } of blobs) this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1);
  }

  release(blobs: readonly Blob[]): void {
    for (const blob of blobs) {
      const left = (this.#readers.get(blob.id) ?? 1) - 1;
      if (left > 0) {
        this.#readers.set(blob.id, left);
        continue;
      }
      this.#readers.delete(blob.id);
      if (this.#unwanted.delete(blob.id)) rmSync(this.pathOf(blob), { force: true });
    }
  }

  remove(blobs: readonly Blob[]): void {
    for (const blob of blobs) {
      if (this.#readers.has(blob.id)) this.#unwanted.add(blob.id);
      else rmSync(this.pathOf(blob), { force: true });
    }
  }

  /** Removes what a process that was killed has left behind. */
  removeAllBut(known: ReadonlySet<string>): void {
    for (const id of readdirSync(this.#directory)) {
      if (!known.has(id)) rmSync(join(this.#directory, id), { force: true });
    }
  }
}

const CHUNK_BYTES = 64 * 1024;

/** A part of a blob: from `start`, without `end`. */
interface Slice {
  readonly blob: Blob;
  readonly start: number;
  readonly end: number;
}

function within(slices: readonly Slice[], start: number, end: number): Slice[] {
  const kept: Slice[] = [];
  let offset = 0;
  for (const { blob, start: from, end: to } of slices) {
    const first = Math.max(from, from + start - offset);
    const last = Math.min(to, from + end - offset);
    if (first < last) kept.push({ blob, start: first, end: last });
    offset += to - from;
  }
  return kept;
}

/**
 * The bytes of an object on disk, in the place of the Buffer that fauxqs has: it has a length, can be cut, and is
 * a stream, which reads as it is read.
 */
export class BlobBody extends Readable {
  readonly #blobs: Blobs;
  readonly #slices: readonly Slice[];
  readonly #chunks: AsyncGenerator<Buffer>;
  #isRetained = false;

  private constructor(blobs: Blobs, slices: readonly Slice[]) {
    super({ highWaterMark: CHUNK_BYTES });
    this.#blobs = blobs;
    this.#slices = slices;
    this.#chunks = this.#read();
  }

  static of(blobs: Blobs, parts: readonly Blob[]): BlobBody {
    return new BlobBody(
      blobs,
      parts.map((blob) => ({ blob, start: 0, end: blob.length })),
    );
  }

  get blobs(): Blob[] {
    return this.#slices.map(({ blob }) => blob);
  }

  get length(): number {
    return this.#slices.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** As `Buffer`'s, for positions from the start. */
  subarray(start = 0, end = this.length): BlobBody {
    return new BlobBody(this.#blobs, within(this.#slices, start, end));
  }

  /** All of it at once. */
  toBuffer(): Buffer {
    const parts = this.#slices.map(({ blob, start, end }) =>
      readFileSync(this.#blobs.pathOf(blob)).subarray(start, end),
    );
    return Buffer.concat(parts);
  }

  /** Makes sure that it can be read, even when the object is written over or removed meanwhile. */
  retain(): this {
    if (!this.#isRetained) this.#blobs.retain(this.blobs);
    this.#isRetained = true;
    return this;
  }

  async *#read(): AsyncGenerator<Buffer> {
    for (const { blob, start, end } of this.#slices) {
      if (start === end) continue;
      const options = { start, end: end - 1, highWaterMark: CHUNK_BYTES };
      yield* createReadStream(this.#blobs.pathOf(blob), options) as AsyncIterable<Buffer>;
    }
  }

  /**
   * Sends the headers of a response at once: fauxqs's handlers don't tell Fastify that there is a body to come, and
   * it would end the response when the handler does.
   */
  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    if (destination instanceof ServerResponse) destination.flushHeaders();
    return super.pipe(destination, options);
  }

  override _read(): void {
    this.retain();
    this.#chunks.next().then(
      ({ done, value }) => this.push(done === true ? null : value),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#isRetained) this.#blobs.release(this.blobs);
    this.#chunks.return(undefined).then(
      () => done(error),
      (reason: Error) => done(error ?? reason),
    );
  }
}
