import { isTooDeepJson } from '../../protocol/json.ts';
import { Timestamp, type Value } from './functions.ts';

/** Fields of an event that Logs Insights finds by itself. */
export type DiscoveredFields = ReadonlyMap<string, Value>;

/** Logs Insights extracts so many fields of an event at most. */
const MAX_FIELDS = 200;

const LAMBDA_GROUP = '/aws/lambda/';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const PLATFORM_LINE = new RegExp(`^(START|END|REPORT) RequestId: (${UUID})`);
/** Time, request id and level, as Lambda's runtimes write them before a message. */
const RUNTIME_LINE = new RegExp(`^[^\\s{]+\\t(${UUID})\\t[A-Z]+\\t`);

/**
 * The fields that are discovered in a message, values as text: the leaves of a JSON object by their paths
 * (`details.ids.0`), and what the lines of Lambda's platform say. A boolean is 1 or 0.
 * Source: CloudWatch Logs user guide, "Supported logs and discovered fields".
 */
export function discoverFields(message: string, logGroupName: string): DiscoveredFields {
  const fields = new Map<string, Value>();
  const isLambda = logGroupName.startsWith(LAMBDA_GROUP);
  if (isLambda) discoverPlatformFields(fields, message);
  const json = isLambda ? firstObject(message) : wholeObject(message);
  if (json !== undefined) flatten(fields, '', json);
  return fields;
}

/** Lambda's numbers, by what the REPORT line calls them. Sizes are shown in MB and counted in bytes. */
const REPORT_FIELDS: readonly (readonly [label: string, field: string, factor: number])[] = [
  ['Duration', '@duration', 1],
  ['Billed Duration', '@billedDuration', 1],
  ['Memory Size', '@memorySize', 1_000_000],
  ['Max Memory Used', '@maxMemoryUsed', 1_000_000],
  ['Init Duration', '@initDuration', 1],
];

function discoverPlatformFields(fields: Map<string, Value>, message: string): void {
  const [, type, requestId] = PLATFORM_LINE.exec(message) ?? [];
  if (type === undefined) {
    const runtimeRequestId = RUNTIME_LINE.exec(message)?.[1];
    if (runtimeRequestId !== undefined) fields.set('@requestId', runtimeRequestId);
    return;
  }
  fields.set('@type', type);
  fields.set('@requestId', requestId);
  if (type !== 'REPORT') return;
  const parts = new Map(message.split('\t').map((part) => splitOnce(part.trim())));
  for (const [label, field, factor] of REPORT_FIELDS) {
    const number = Number.parseFloat(parts.get(label) ?? '');
    if (!Number.isNaN(number)) fields.set(field, String(number * factor));
  }
}

function splitOnce(part: string): [label: string, value: string] {
  const colon = part.indexOf(': ');
  return colon === -1 ? [part, ''] : [part.slice(0, colon), part.slice(colon + 2)];
}

function wholeObject(message: string): object | undefined {
  const text = message.trim();
  return text.startsWith('{') ? parseObject(text) : undefined;
}

/** The first JSON object that is embedded in a message of Lambda; what follows it is not looked at. */
function firstObject(message: string): object | undefined {
  const whole = wholeObject(message);
  if (whole !== undefined) return whole;
  const start = message.indexOf('{');
  const end = start === -1 ? undefined : endOfObject(message, start);
  return end === undefined ? undefined : parseObject(message.slice(start, end));
}

/** Behind the brace that closes the one at `start`; braces within texts don't count. */
function endOfObject(message: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < message.length; at += 1) {
    const character = message[at];
    if (character === '"') at = endOfText(message, at);
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

/** Where the text that begins there ends: its second quote, or the end of the message. */
function endOfText(message: string, start: number): number {
  let at = start + 1;
  while (at < message.length && message[at] !== '"') at += message[at] === '\\' ? 2 : 1;
  return at;
}

function parseObject(text: string): object | undefined {
  if (isTooDeepJson(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    // Logs may hold anything: what only looks like JSON has no fields.
    return undefined;
  }
}

function flatten(fields: Map<string, Value>, prefix: string, value: object): void {
  for (const [key, child] of Object.entries(value) as [string, unknown][]) {
    if (fields.size >= MAX_FIELDS) return;
    const path = `${prefix}${key}`;
    if (typeof child === 'object' && child !== null) flatten(fields, `${path}.`, child);
    else if (child !== null) fields.set(fieldName(path), leaf(child));
  }
}

/** A field of one's own that begins with @ gets one more, so that it is none of the generated ones. */
const fieldName = (path: string): string => (path.startsWith('@') ? `@${path}` : path);

function leaf(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}

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
