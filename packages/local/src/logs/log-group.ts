import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Parts } from './log-files.ts';

/** An event of a log group, as it is kept. */
export interface LogEvent {
  readonly logStreamName: string;
  readonly message: string;
  readonly timestampMs: number;
  readonly ingestionTimeMs: number;
  /** Its number within the group, from 0. */
  readonly sequence: number;
}

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

/** `AWS::Logs::LogGroup`, or one that came into being with its first event. */
export interface LogGroupSettings {
  readonly logGroupName: string;
  /** Told, not acted on: on a laptop logs last as long as the runtime. */
  readonly retentionInDays?: number;
}

export interface LogStream {
  readonly logStreamName: string;
  readonly creationTimeMs: number;
  /** Absent, like the others, before the first event. */
  firstEventTimestampMs?: number;
  lastEventTimestampMs?: number;
  lastIngestionTimeMs?: number;
}

interface LogGroupOptions extends LogGroupSettings {
  readonly creationTimeMs: number;
  /** Its newest events. */
  readonly spool: EventSpool;
  onEvent(event: LogEvent): void;
}

/** A log group: its streams, and its newest events in the order in which they came. */
export class LogGroup {
  readonly logGroupName: string;
  readonly creationTimeMs: number;
  /** For ever when undefined. */
  retentionInDays: number | undefined;
  readonly #options: LogGroupOptions;
  readonly #streams = new Map<string, LogStream>();
  readonly #events: EventSpool;
  #nextSequence = 0;
  #storedBytes = 0;

  constructor(options: LogGroupOptions) {
    this.logGroupName = options.logGroupName;
    this.creationTimeMs = options.creationTimeMs;
    this.retentionInDays = options.retentionInDays;
    this.#options = options;
    this.#events = options.spool;
  }

  /** Of all events, those that were dropped too. */
  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** In the order of their names. */
  get streams(): readonly LogStream[] {
    return [...this.#streams.values()].sort((one, other) =>
      one.logStreamName < other.logStreamName ? -1 : 1,
    );
  }

  /** How many events are kept. */
  get size(): number {
    return this.#events.size;
  }

  /**
   * Those that are kept, in the order in which they came, with a timestamp from `startMs` to `endMs`, both included,
   * and with all of `texts` in their message. They are read from disk; throws the system's error.
   */
  events(
    startMs = Number.NEGATIVE_INFINITY,
    endMs = Number.POSITIVE_INFINITY,
    texts: readonly string[] = [],
  ): readonly LogEvent[] {
    return this.#events.between(startMs, endMs, texts);
  }

  /** Removes its files. */
  close(): void {
    this.#events.close();
  }

  /** Makes a stream without events; `false` when there is one of that name. */
  createStream(logStreamName: string, creationTimeMs: number): boolean {
    if (this.#streams.has(logStreamName)) return false;
    this.#streams.set(logStreamName, { logStreamName, creationTimeMs });
    return true;
  }

  add(fields: Omit<LogEvent, 'sequence'>): void {
    const event: LogEvent = { ...fields, sequence: this.#nextSequence++ };
    this.#events.add(event);
    this.#storedBytes += Buffer.byteLength(event.message);
    this.#touchStream(event);
    this.#options.onEvent(event);
  }

  #touchStream({ logStreamName, timestampMs, ingestionTimeMs }: LogEvent): void {
    const stream = this.#streams.get(logStreamName);
    if (stream === undefined) {
      this.#streams.set(logStreamName, {
        logStreamName,
        creationTimeMs: ingestionTimeMs,
        firstEventTimestampMs: timestampMs,
        lastEventTimestampMs: timestampMs,
        lastIngestionTimeMs: ingestionTimeMs,
      });
      return;
    }
    stream.firstEventTimestampMs = Math.min(stream.firstEventTimestampMs ?? timestampMs, timestampMs);
    stream.lastEventTimestampMs = Math.max(stream.lastEventTimestampMs ?? timestampMs, timestampMs);
    stream.lastIngestionTimeMs = ingestionTimeMs;
  }
}
