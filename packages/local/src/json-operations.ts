import { AwsError, type AwsRequest } from './aws.ts';
import { isTooDeepJson } from './json-depth.ts';

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
export function isJsonMembers(value: unknown): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
