import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { ServerResponse } from '../listen.ts';
import type { Blob, Blobs } from './blobs.ts';

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
