import { type DiscoveredFields, discoverFields } from './discover-fields.ts';
import { Timestamp, type Value } from './value.ts';

/** An event that a query runs over. */
export interface QueryEvent {
  readonly message: string;
  readonly timestampMs: number;
  readonly ingestionTimeMs: number;
  readonly logStreamName: string;
  readonly logGroupName: string;
  /** `{accountId}:{logGroupName}` */
  readonly log: string;
  /** Finds the event again: the value of `@ptr`. */
  readonly pointer: string;
}

/** What a query works on: an event with what was made of it, or a row of `stats`. */
export interface Row {
  /** The time of the event; of the first row of its group in the second of two `stats`. */
  readonly timestampMs: number;
  /** `@ptr`; rows of `stats` have none. */
  readonly pointer: string | undefined;
  get(name: string): Value;
  set(name: string, value: Value): void;
}

const generated: ReadonlyMap<string, (event: QueryEvent) => Value> = new Map<
  string,
  (event: QueryEvent) => Value
>([
  ['@message', ({ message }) => message],
  ['@timestamp', ({ timestampMs }) => new Timestamp(timestampMs)],
  ['@ingestionTime', ({ ingestionTimeMs }) => new Timestamp(ingestionTimeMs)],
  ['@logStream', ({ logStreamName }) => logStreamName],
  ['@log', ({ log }) => log],
  ['@ptr', ({ pointer }) => pointer],
]);

/** Its fields are discovered when one is asked for: most queries drop most events before. */
export class EventRow implements Row {
  readonly #event: QueryEvent;
  #made: Map<string, Value> | undefined;
  #discovered: DiscoveredFields | undefined;

  constructor(event: QueryEvent) {
    this.#event = event;
  }

  get timestampMs(): number {
    return this.#event.timestampMs;
  }

  get pointer(): string {
    return this.#event.pointer;
  }

  get(name: string): Value {
    if (this.#made?.has(name)) return this.#made.get(name);
    const generate = generated.get(name);
    if (generate !== undefined) return generate(this.#event);
    const { message, logGroupName } = this.#event;
    this.#discovered ??= discoverFields(message, logGroupName);
    return this.#discovered.get(name);
  }

  set(name: string, value: Value): void {
    this.#made ??= new Map();
    this.#made.set(name, value);
  }
}

/** A row of `stats`. */
export class GroupRow implements Row {
  readonly timestampMs: number;
  readonly pointer = undefined;
  readonly #values: Map<string, Value>;

  constructor(timestampMs: number, values: Map<string, Value>) {
    this.timestampMs = timestampMs;
    this.#values = values;
  }

  get(name: string): Value {
    return this.#values.get(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}
