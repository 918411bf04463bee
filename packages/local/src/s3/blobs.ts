import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

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
