import type { EventSpool } from './event-spool.ts';
import type { LogEvent } from './log-event.ts';

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
