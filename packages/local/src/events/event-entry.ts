import { compactJson, parseJson } from '../json-text.ts';
import { isObject, type Members } from '../protocol/members.ts';

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
