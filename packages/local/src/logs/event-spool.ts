import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Parts } from './limits.ts';
import type { LogEvent } from './log-event.ts';

/** Events that are on disk together. */
interface Chunk {
  readonly file: string;
  readonly count: number;
  readonly bytes: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

interface EventSearch {
  readonly startMs: number;
  readonly endMs: number;
  readonly texts: readonly string[];
}

export interface EventSpoolOptions {
  /** What the names of its files begin with; a directory that is not there is made. */
  readonly filePrefix: string;
  /** So much at most is in memory, and then written at once. */
  readonly chunkBytes: number;
  /** Drops what is too much. */
  onGrown(spool: Parts): void;
  /** Hears when events can't be written, which are lost then. */
  onFailure(error: unknown): void;
  /** Called once, when the first events are dropped. */
  onFull(): void;
}

/** What an event takes beside its message. */
const BYTES_BESIDE_MESSAGE = 160;

/** The newest events of a log group, in the order in which they came: on disk, so that memory does not grow with them. */
export class EventSpool implements Parts {
  readonly #options: EventSpoolOptions;
  #chunks: Chunk[] = [];
  #newest: LogEvent[] = [];
  #newestBytes = 0;
  #written = 0;
  #hasDropped = false;

  constructor(options: EventSpoolOptions) {
    this.#options = options;
  }

  /** Of what is on disk. */
  get bytes(): number {
    return this.#chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many events there are. */
  get size(): number {
    return this.#chunks.reduce((sum, { count }) => sum + count, this.#newest.length);
  }

  add(event: LogEvent): void {
    this.#newest.push(event);
    this.#newestBytes += Buffer.byteLength(event.message) + BYTES_BESIDE_MESSAGE;
    if (this.#newestBytes < this.#options.chunkBytes) return;
    const events = this.#newest;
    this.#newest = [];
    this.#newestBytes = 0;
    try {
      this.#write(events);
      this.#options.onGrown(this);
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  dropOldest(): void {
    const oldest = this.#chunks.shift();
    if (oldest === undefined) return;
    if (!this.#hasDropped) this.#options.onFull();
    this.#hasDropped = true;
    rmSync(oldest.file, { force: true });
  }

  /**
   * Those from `startMs` to `endMs`, both included, with all of `texts` in their message. Throws the system's error.
   */
  between(startMs: number, endMs: number, texts: readonly string[]): readonly LogEvent[] {
    const found: LogEvent[] = [];
    for (const events of this.#read({ startMs, endMs, texts })) {
      for (const event of events) {
        const { timestampMs, message } = event;
        if (timestampMs < startMs || timestampMs > endMs) continue;
        if (texts.every((text) => message.includes(text))) found.push(event);
      }
    }
    return found;
  }

  /** Removes what is on disk. */
  close(): void {
    for (const { file } of this.#chunks) rmSync(file, { force: true });
    this.#chunks = [];
  }

  /** What is kept, but for chunks that have nothing of what is looked for. */
  *#read({ startMs, endMs, texts }: EventSearch): Generator<readonly LogEvent[]> {
    const bytes = texts.map(asWritten);
    for (const { file, oldestMs, newestMs } of this.#chunks) {
      if (newestMs < startMs || oldestMs > endMs) continue;
      const chunk = readFileSync(file);
      // Parsing takes ten times as long as reading.
      if (bytes.every((text) => chunk.includes(text))) yield parseEvents(chunk);
    }
    yield this.#newest;
  }

  #write(events: readonly LogEvent[]): void {
    this.#written += 1;
    const file = `${this.#options.filePrefix}.${this.#written}.json`;
    if (this.#written === 1) mkdirSync(dirname(file), { recursive: true });
    const chunk = Buffer.from(JSON.stringify(events));
    writeFileSync(file, chunk);
    const times = events.map(({ timestampMs }) => timestampMs);
    this.#chunks.push({
      file,
      count: events.length,
      bytes: chunk.length,
      oldestMs: Math.min(...times),
      newestMs: Math.max(...times),
    });
  }
}

function parseEvents(chunk: Buffer): LogEvent[] {
  return JSON.parse(chunk.toString('utf8')) as LogEvent[];
}

/** How part of a message stands in a chunk, which is JSON. */
function asWritten(text: string): Buffer {
  return Buffer.from(JSON.stringify(text).slice(1, -1));
}
