/** `AWS::Logs::LogGroup`, or one that came into being with its first event. */
export interface LogGroupSettings {
  readonly logGroupName: string;
  /** Told, not acted on: on a laptop logs last as long as the runtime. */
  readonly retentionInDays?: number;
}

export interface LogEvent {
  readonly logStreamName: string;
  readonly message: string;
  readonly timestampMs: number;
  readonly ingestionTimeMs: number;
  /** Its number within the group, from 0. */
  readonly sequence: number;
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
  readonly maxEvents: number;
  onEvent(event: LogEvent): void;
  /** Called once, when the first event is dropped. */
  onFull(): void;
}

/** A log group: its streams, and its newest events in the order in which they came. */
export class LogGroup {
  readonly logGroupName: string;
  readonly creationTimeMs: number;
  readonly retentionInDays: number | undefined;
  readonly #options: LogGroupOptions;
  readonly #streams = new Map<string, LogStream>();
  #events: LogEvent[] = [];
  /** How many at the beginning of `#events` are dropped already. */
  #dropped = 0;
  #nextSequence = 0;
  #storedBytes = 0;

  constructor(options: LogGroupOptions) {
    this.logGroupName = options.logGroupName;
    this.creationTimeMs = options.creationTimeMs;
    this.retentionInDays = options.retentionInDays;
    this.#options = options;
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

  /** Those that are kept, the oldest first. It stays as it is when more are added. */
  events(): readonly LogEvent[] {
    return this.#events.slice(this.#dropped);
  }

  /** Makes a stream without events; `false` when there is one of that name. */
  createStream(logStreamName: string, creationTimeMs: number): boolean {
    if (this.#streams.has(logStreamName)) return false;
    this.#streams.set(logStreamName, { logStreamName, creationTimeMs });
    return true;
  }

  add(fields: Omit<LogEvent, 'sequence'>): void {
    const event: LogEvent = { ...fields, sequence: this.#nextSequence++ };
    this.#events.push(event);
    this.#storedBytes += Buffer.byteLength(event.message);
    this.#touchStream(event);
    this.#dropOldest();
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

  #dropOldest(): void {
    const { maxEvents, onFull } = this.#options;
    if (this.#events.length - this.#dropped <= maxEvents) return;
    if (this.#dropped === 0 && this.#nextSequence === maxEvents + 1) onFull();
    this.#dropped += 1;
    // Moving the rest costs as much as there is of it, so it waits until half is to go.
    if (this.#dropped < maxEvents) return;
    this.#events = this.#events.slice(this.#dropped);
    this.#dropped = 0;
  }
}
