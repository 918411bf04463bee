import { AwsError } from '../aws.ts';
import { compactJson, parseJson } from '../protocol/json.ts';
import { isObject, type Members } from '../protocol/members.ts';

/** Where the buses are said to be. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** The bus that every account has. */
export const DEFAULT_BUS = 'default';

/** `event-bus/{name}`, `archive/{name}`, `replay/{name}` */
export function eventsArn({ region, accountId }: Place, resource: string): string {
  return `arn:aws:events:${region}:${accountId}:${resource}`;
}

/** The ARN of a bus. */
export function busArn(place: Place, eventBusName: string): string {
  return eventsArn(place, `event-bus/${eventBusName}`);
}

/** Rules of the default bus are named without it. */
export function ruleArn(place: Place, eventBusName: string, name: string): string {
  return eventsArn(place, eventBusName === DEFAULT_BUS ? `rule/${name}` : `rule/${eventBusName}/${name}`);
}

/** The name of the bus that is referred to by its name or its ARN; undefined for an ARN of another place. */
export function busNameOf(reference: string, place: Place): string | undefined {
  const prefix = busArn(place, '');
  if (reference.startsWith(prefix)) return reference.slice(prefix.length);
  return reference.startsWith('arn:') ? undefined : reference;
}

/** What EventBridge answers to a request that it can't take. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

export function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

/** An event on a bus. */
export interface BusEvent {
  readonly id: string;
  /** When the event occurred, as its sender says. Epoch milliseconds, without a fraction of a second. */
  readonly timeMs: number;
  readonly ingestedAtMs: number;
  /** The event as targets get it: JSON text, without blanks. */
  readonly text: string;
  /** What the text says. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** What an event is made of. */
interface EventParts {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  /** A JSON object, as text without blanks, which is passed on as it is. */
  readonly detail: string;
  readonly resources: readonly string[];
  readonly timeMs: number;
  readonly ingestedAtMs: number;
}

/**
 * The event in the form in which EventBridge delivers it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export function createEvent(parts: EventParts, { accountId, region }: Place): BusEvent {
  const { id, source, detailType, detail, resources, ingestedAtMs } = parts;
  const timeMs = Math.floor(parts.timeMs / 1000) * 1000;
  const envelope = JSON.stringify({
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: accountId,
    time: isoSeconds(timeMs),
    region,
    resources,
  });
  const text = withField(envelope, 'detail', detail);
  return { id, timeMs, ingestedAtMs, text, value: JSON.parse(text) };
}

/**
 * A replayed event says so, and has come in again; it is the same otherwise.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
 */
export function replayed(event: BusEvent, replayName: string, ingestedAtMs: number): BusEvent {
  const text = withField(event.text, 'replay-name', JSON.stringify(replayName));
  return { ...event, ingestedAtMs, text, value: { ...event.value, 'replay-name': replayName } };
}

/** `2026-01-02T03:04:05Z` */
function isoSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Adds a field at the end of an object's JSON text. */
function withField(json: string, name: string, value: string): string {
  return `${json.slice(0, -1)},${JSON.stringify(name)}:${value}}`;
}

/** A valid entry of PutEvents. */
export interface EventEntry {
  readonly source: string;
  readonly detailType: string;
  /** JSON text without blanks. */
  readonly detail: string;
  readonly resources: readonly string[];
  readonly timeMs?: number;
  /** A name or an ARN; absent for the default bus. */
  readonly eventBusName?: string;
}

/** Why an entry is not taken, while others of the same request may be. */
export interface EntryError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const MAX_SOURCE_LENGTH = 256;
const MAX_DETAIL_TYPE_LENGTH = 128;
const BUS = {
  max: 1600,
  pattern: /^(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:\d{12}:event-bus\/)?[/.\-_A-Za-z0-9]+$/,
};

/**
 * Reads an entry. Throws `ValidationException` and `SerializationException` for what breaks the API's model, which
 * refuses the whole request.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
 */
export function readEntry(members: Members): EventEntry | EntryError {
  members.allow('Detail', 'DetailType', 'EventBusName', 'Resources', 'Source', 'Time', 'TraceHeader');
  members.optionalText('TraceHeader', { max: 500 });
  const eventBusName = members.optionalText('EventBusName', BUS);
  const timeMs = members.optionalTimeMs('Time');
  const source = members.optionalText('Source', { min: 0 }) ?? '';
  const detailType = members.optionalText('DetailType', { min: 0 }) ?? '';
  const detail = members.optionalText('Detail', { min: 0 }) ?? '';
  const resources = members.optionalTexts('Resources') ?? [];
  const error =
    argumentError('Source', source, MAX_SOURCE_LENGTH) ??
    argumentError('DetailType', detailType, MAX_DETAIL_TYPE_LENGTH) ??
    argumentError('Detail', detail, Number.POSITIVE_INFINITY) ??
    sourceError(source) ??
    detailError(detail);
  if (error !== undefined) return error;
  return {
    source,
    detailType,
    detail: compactJson(detail),
    resources,
    ...(timeMs === undefined ? {} : { timeMs }),
    ...(eventBusName === undefined ? {} : { eventBusName }),
  };
}

/**
 * In bytes, as AWS counts it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size
 */
export function entrySize({ json }: Members): number {
  const { Time: time, Source: source, DetailType: detailType, Detail: detail, Resources: resources } = json;
  const texts = [source, detailType, detail, ...(Array.isArray(resources) ? resources : [])];
  const bytes = texts.map((text) => (typeof text === 'string' ? Buffer.byteLength(text) : 0));
  return bytes.reduce((sum, size) => sum + size, (time ?? undefined) === undefined ? 0 : 14);
}

function argumentError(name: string, value: string, most: number): EntryError | undefined {
  if (value === '') return invalidArgument(name, `${name} is a required argument.`);
  return value.length > most
    ? invalidArgument(name, `${name} must be ${most} characters at most.`)
    : undefined;
}

function invalidArgument(name: string, reason: string): EntryError {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}` };
}

/** AWS's own services alone say that they are. */
function sourceError(source: string): EntryError | undefined {
  if (!source.startsWith('aws.')) return undefined;
  return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
}

function detailError(detail: string): EntryError | undefined {
  if (isObject(parseJson(detail))) return undefined;
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}
