import { AwsError, type AwsRequest } from '../aws.ts';

/**
 * How deep JSON may be nested. AWS documents no limit for most of what it takes as JSON; without one, what walks over a
 * value (JSON.stringify does) ends with an overflow of the stack, at a depth that nobody can tell beforehand.
 */
export const MAX_JSON_DEPTH = 1_000;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** What each bracket and brace does to the depth. */
const STEPS: ReadonlyMap<number, number> = new Map([
  [0x5b, 1],
  [0x7b, 1],
  [0x5d, -1],
  [0x7d, -1],
]);

/** Whether JSON, as text or as UTF-8, is nested deeper than {@link MAX_JSON_DEPTH}. What is no JSON may be either. */
export function isTooDeepJson(json: string | Uint8Array): boolean {
  // What opens has to close: anything shorter can't be so deep.
  if (json.length <= 2 * MAX_JSON_DEPTH) return false;
  const bytes = typeof json === 'string' ? Buffer.from(json) : json;
  let depth = 0;
  for (let at = 0; at < bytes.length && depth <= MAX_JSON_DEPTH; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfText(bytes, at);
    else depth += STEPS.get(byte) ?? 0;
  }
  return depth > MAX_JSON_DEPTH;
}

/** Where the text that begins there ends: its second quote, or the end of what there is. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** A text, whose blanks stay; or blanks between what JSON is made of. */
const TEXT_OR_BLANKS = /("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\r\n]+/g;

/** JSON text without blanks, and with nothing else changed: numbers keep their digits, fields their order. */
export function compactJson(json: string): string {
  return json.replace(TEXT_OR_BLANKS, (_match, text?: string) => text ?? '');
}

/** Whether the text is JSON. */
export function isJson(text: string): boolean {
  return parseJson(text) !== undefined;
}

/** The value of JSON text; undefined, which JSON has no value for, when it is none or nested beyond reason. */
export function parseJson(text: string): unknown {
  if (isTooDeepJson(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The operations of a service whose protocol is AWS JSON, by name. */
export interface JsonOperations<T> {
  /** As in messages: `EventBridge`. */
  readonly service: string;
  /** Of the header `X-Amz-Target`, before the operation's name. */
  readonly targetPrefix: string;
  readonly operations: ReadonlyMap<string, T>;
}

/**
 * The operation that a request is for. Throws `UnknownOperationException`.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function operationOf<T>({ headers }: Pick<AwsRequest, 'headers'>, api: JsonOperations<T>): T {
  const { service, targetPrefix, operations } = api;
  const target = headers['x-amz-target'];
  const name =
    typeof target === 'string' && target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : '';
  const operation = operations.get(name);
  if (operation !== undefined) return operation;
  throw new AwsError(
    'UnknownOperationException',
    `The laptop runtime does not run the operation '${name}' of ${service}: it has ${[...operations.keys()].join(', ')}.`,
  );
}

/** The members of a call, or of an object in one. */
export type JsonMembers = Readonly<Record<string, unknown>>;

/** Parses a call's body; an empty one has no members. Throws `SerializationException` for what is not a JSON object. */
export function parseJsonMembers(body: Buffer): JsonMembers {
  if (isTooDeepJson(body)) throw new AwsError('SerializationException', 'The body is nested too deeply.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('SerializationException', `The body is not JSON: ${reason}`);
  }
  if (isJsonMembers(parsed)) return parsed;
  throw new AwsError('SerializationException', 'The body must be a JSON object.');
}

/** Whether a value is an object, as JSON has them. */
function isJsonMembers(value: unknown): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
