import { isTooDeepJson } from '../protocol/json.ts';
import { parseNumber } from './numbers.ts';
import type { Value } from './value.ts';

/** Reads bytes as JSON; Undefined for what is none, or is nested beyond reason. */
export type ReadJson = (bytes: Uint8Array) => Value;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const VALUE_START = '(?:^|[\\s:,[])-?';

/** A number that a double may not hold. Inside of a text it may look alike, which costs time and nothing else. */
const MAY_BE_INEXACT = new RegExp(`${VALUE_START}(?:[\\d.]{16}|\\d[\\d.]*[eE])`);

/** `source` is a number as it stands in the text. */
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver?: Reviver) => Value;

/** Beyond 9.999…E999 there is no value; in an array its place stays. */
function reviver(read: (source: string) => Value): Reviver {
  return function (_, value, { source }) {
    if (typeof value !== 'number' || source === undefined) return value;
    return read(source) ?? (Array.isArray(this) ? null : undefined);
  };
}

function reader(needsDigits: RegExp, revive: Reviver): ReadJson {
  return (bytes) => {
    if (isTooDeepJson(bytes)) return undefined;
    try {
      const text = utf8.decode(bytes);
      return needsDigits.test(text) ? parse(text, revive) : parse(text);
    } catch {
      // Not UTF-8, or not JSON: AWS IoT takes any payload, and says what it is only when a rule looks inside.
      return undefined;
    }
  };
}

/** With all digits of numbers; a whole one is an Int, however it is written. */
export const readJson = reader(MAY_BE_INEXACT, reviver(parseNumber));
