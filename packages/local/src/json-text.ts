import { isTooDeepJson } from './json-depth.ts';

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
