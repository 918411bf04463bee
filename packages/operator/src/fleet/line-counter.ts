const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/**
 * Tells on which line a byte of a stream is, for positions that only go up. csv-parse counts lines as well, but a
 * line feed behind a carriage return within quotes twice.
 */
export class LineCounter {
  readonly #chunks: Buffer[] = [];
  #end: number | undefined;
  /** Of the first chunk that is kept, from the beginning of the stream. */
  #start = 0;
  #position = 0;
  #ends = 0;

  /** Passes a stream through, and remembers of it what no line has been asked of yet. */
  async *through(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      // Files of old Macs, and Excel's "CSV (Macintosh)", end their lines with a carriage return alone.
      this.#end ??=
        chunk.includes(LINE_FEED) || !chunk.includes(CARRIAGE_RETURN) ? LINE_FEED : CARRIAGE_RETURN;
      this.#chunks.push(chunk);
      yield chunk;
    }
  }

  /** How many lines end within these texts. */
  endsWithin(texts: readonly string[]): number {
    const end = String.fromCharCode(this.#end ?? LINE_FEED);
    return texts.reduce((sum, text) => sum + text.split(end).length - 1, 0);
  }

  /** The line that ends at this byte, from 1. */
  lineEndingAt(bytes: number): number {
    let isAtEnd = false;
    for (
      let chunk = this.#chunks[0];
      chunk !== undefined && this.#position < bytes;
      chunk = this.#chunks[0]
    ) {
      const [from, to] = [this.#position - this.#start, Math.min(bytes - this.#start, chunk.length)];
      this.#count(chunk, from, to);
      isAtEnd = chunk[to - 1] === this.#end;
      this.#position = this.#start + to;
      if (to === chunk.length) {
        this.#chunks.shift();
        this.#start += chunk.length;
      }
    }
    return isAtEnd ? this.#ends : this.#ends + 1;
  }

  #count(chunk: Buffer, from: number, to: number): void {
    const end = this.#end ?? LINE_FEED;
    for (let at = chunk.indexOf(end, from); at !== -1 && at < to; at = chunk.indexOf(end, at + 1)) {
      this.#ends += 1;
    }
  }
}
