import { StatesError } from './states-error.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** A JSON value with its text, so that an output is serialised once: for its size, its event and what follows. */
export interface JsonDocument {
  readonly value: Json;
  readonly text: string;
}

/** The quota of a task's, a state's or an execution's input or output, in bytes of UTF-8. */
export const MAX_PAYLOAD_BYTES = 262_144;

/** Tells objects from arrays, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Serialises `value`, whatever its size: for values that come from a quota's right side. */
export function documentOf(value: Json): JsonDocument {
  return { value, text: JSON.stringify(value) };
}

/** Whether `text` is longer than the quota of payloads. */
export function exceedsPayloadQuota(text: string): boolean {
  // A UTF-16 unit takes one to three bytes: most texts need not be measured.
  if (text.length * 3 <= MAX_PAYLOAD_BYTES) return false;
  return Buffer.byteLength(text) > MAX_PAYLOAD_BYTES;
}

/**
 * Serialises what a state hands on.
 * Throws `States.DataLimitExceeded` when it is longer than 256 KiB; `producer` is "state" or "state/task".
 */
export function payloadOf(value: Json, stateName: string, producer = 'state/task'): JsonDocument {
  return withinQuota(documentOf(value), stateName, producer);
}

/** As {@link payloadOf}, for a document that is serialised already. */
export function withinQuota(
  document: JsonDocument,
  stateName: string,
  producer = 'state/task',
): JsonDocument {
  if (exceedsPayloadQuota(document.text)) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The ${producer} '${stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return document;
}
