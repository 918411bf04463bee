import { createHash } from 'node:crypto';
import { isArray, toCount, toText, type Value } from '../value.ts';
import { type FunctionDefinition, ofTexts } from './definition.ts';

const MAX_PADDING = 1000;

/** Strings. Null and Undefined give Undefined. Source: AWS IoT developer guide, "Functions". */
export const textFunctions: Readonly<Record<string, FunctionDefinition>> = {
  concat: { fewest: 0, most: Number.POSITIVE_INFINITY, evaluate: concat },
  lower: ofTexts(1, (text) => text.toLowerCase()),
  upper: ofTexts(1, (text) => text.toUpperCase()),
  trim: ofTexts(1, (text) => text.trim()),
  // "All leading white space (tabs and spaces)"; trim has no such words.
  ltrim: ofTexts(1, (text) => text.replace(/^[ \t]+/, '')),
  rtrim: ofTexts(1, (text) => text.slice(0, endOfBlanks(text))),
  lpad: padded((text, padding) => padding + text),
  rpad: padded((text, padding) => text + padding),
  length: ofTexts(1, (text) => text.length),
  numbytes: ofTexts(1, (text) => Buffer.byteLength(text)),
  indexof: ofTexts(2, (text, part) => text.indexOf(part)),
  startswith: ofTexts(2, (text, part) => text.startsWith(part)),
  endswith: ofTexts(2, (text, part) => text.endsWith(part)),
  replace: ofTexts(3, (text, part, replacement) => text.replaceAll(part, () => replacement)),
  substring: { fewest: 2, most: 3, evaluate: substring },
  chr: { fewest: 1, most: 1, evaluate: ([code]) => chr(toCount(code)) },
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha224: hash('sha224'),
  sha256: hash('sha256'),
  sha384: hash('sha384'),
  sha512: hash('sha512'),
};

function hash(algorithm: string): FunctionDefinition {
  return ofTexts(1, (text) => createHash(algorithm).update(text).digest('hex'));
}

/** One argument stays as it is; with an array among them, all make one array; with a String, one String. */
function concat(args: readonly Value[]): Value {
  if (args.length < 2) return args[0];
  if (args.some(isArray)) return args.flat().filter((value) => value !== undefined);
  if (!args.some((value) => typeof value === 'string')) return undefined;
  const texts = args.map(toText);
  return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
}

/** Pads with a number of spaces, not to a length. */
function padded(pad: (text: string, padding: string) => string): FunctionDefinition {
  return {
    fewest: 2,
    most: 2,
    evaluate: ([value, count]) => {
      const text = toText(value);
      const spaces = toCount(count);
      if (text === undefined || spaces === undefined) return undefined;
      return pad(text, ' '.repeat(Math.min(Math.max(spaces, 0), MAX_PADDING)));
    },
  };
}

/** From an index (0-based, inclusive) to an index (exclusive), both brought inside the text. */
function substring(args: readonly Value[]): Value {
  const [value, start, end] = args;
  const text = toText(value);
  const from = toCount(start);
  const to = args.length === 2 ? text?.length : toCount(end);
  if (text === undefined || from === undefined || to === undefined) return undefined;
  return text.slice(Math.max(from, 0), Math.max(to, 0));
}

/** ASCII has 128 characters. */
function chr(code: number | undefined): Value {
  return code !== undefined && code >= 0 && code <= 127 ? String.fromCharCode(code) : undefined;
}

/** Where the blanks at the end begin; a regular expression would look for them at every blank. */
function endOfBlanks(text: string): number {
  let end = text.length;
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end -= 1;
  return end;
}
