import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogEvent } from './log-event.ts';

/** Events that are on disk together. */
interface Chunk {
  readonly file: string;
  readonly count: number;
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
  /** How many events are kept. */
  readonly maxEvents: number;
  /** Hears when events can't be written, which are lost then. */
  onFailure(error: unknown): void;
}

/** A chunk is written at once, which takes a millisecond; as many events at most are in memory. */
const CHUNK_EVENTS = 500;

/** The newest events of a log group, in the order in which they came: on disk, so that memory does not grow with them. */
export class EventSpool {
  readonly #options: EventSpoolOptions;
  #chunks: Chunk[] = [];
  #newest: LogEvent[] = [];
  #inChunks = 0;
  #written = 0;

  constructor(options: EventSpoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return Math.min(this.#options.maxEvents, this.#inChunks + this.#newest.length);
  }

  add(event: LogEvent): void {
    this.#newest.push(event);
    if (this.#newest.length < CHUNK_EVENTS) return;
    try {
      this.#write(this.#newest);
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#newest = [];
    this.#dropOldest();
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
    let toDrop = this.#inChunks + this.#newest.length - this.size;
    for (const { file, count, oldestMs, newestMs } of this.#chunks) {
      if (newestMs >= startMs && oldestMs <= endMs) {
        const chunk = readFileSync(file);
        // Parsing takes ten times as long as reading.
        if (bytes.every((text) => chunk.includes(text))) yield parseEvents(chunk).slice(toDrop);
      }
      toDrop = Math.max(0, toDrop - count);
    }
    yield this.#newest.slice(toDrop);
  }

  #write(events: readonly LogEvent[]): void {
    this.#written += 1;
    const file = `${this.#options.filePrefix}.${this.#written}.json`;
    if (this.#written === 1) mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(events));
    const times = events.map(({ timestampMs }) => timestampMs);
    this.#chunks.push({
      file,
      count: events.length,
      oldestMs: Math.min(...times),
      newestMs: Math.max(...times),
    });
    this.#inChunks += events.length;
  }

  #dropOldest(): void {
    for (;;) {
      const [oldest] = this.#chunks;
      if (oldest === undefined || this.#inChunks - oldest.count < this.#options.maxEvents) return;
      rmSync(oldest.file, { force: true });
      this.#chunks.shift();
      this.#inChunks -= oldest.count;
    }
  }
}

function parseEvents(chunk: Buffer): LogEvent[] {
  return JSON.parse(chunk.toString('utf8')) as LogEvent[];
}

/** How part of a message stands in a chunk, which is JSON. */
function asWritten(text: string): Buffer {
  return Buffer.from(JSON.stringify(text).slice(1, -1));
}
