import { createHash } from 'node:crypto';
import { isArray, toIntDown, toText, type Value } from '../value.ts';
import { type FunctionDefinition, ofDecimals, ofTexts, type RefusedFunction } from './definition.ts';

const MAX_PADDING = 1000;

/** Strings. Null and Undefined give Undefined. Source: AWS IoT developer guide, "Functions". */
export const textFunctions: Readonly<Record<string, FunctionDefinition | RefusedFunction>> = {
  concat: { fewest: 0, most: Number.POSITIVE_INFINITY, evaluate: concat },
  lower: ofTexts(1, (text) => text.toLowerCase()),
  upper: ofTexts(1, (text) => text.toUpperCase()),
  trim: ofTexts(1, (text) => text.trim()),
  ltrim: ofTexts(1, (text) => text.trimStart()),
  rtrim: ofTexts(1, (text) => text.trimEnd()),
  lpad: padded((text, padding) => padding + text),
  rpad: padded((text, padding) => text + padding),
  length: ofTexts(1, (text) => text.length),
  numbytes: ofTexts(1, (text) => Buffer.byteLength(text)),
  indexof: ofTexts(2, (text, part) => text.indexOf(part)),
  startswith: ofTexts(2, (text, part) => text.startsWith(part)),
  endswith: ofTexts(2, (text, part) => text.endsWith(part)),
  replace: ofTexts(3, (text, part, replacement) => text.replaceAll(part, () => replacement)),
  substring: { fewest: 2, most: 3, evaluate: substring },
  chr: ofDecimals(1, chr),
  md2: {
    refused: 'md2 is not in this Node.js; hash with sha256, or run this rule on AWS',
  },
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
      const spaces = toIntDown(count);
      if (text === undefined || spaces === undefined) return undefined;
      return pad(text, ' '.repeat(Math.min(Math.max(spaces, 0), MAX_PADDING)));
    },
  };
}

/** From an index (0-based, inclusive) to an index (exclusive), both brought inside the text. */
function substring(args: readonly Value[]): Value {
  const [value, start, end] = args;
  const text = toText(value);
  const from = toIntDown(start);
  const to = args.length === 2 ? text?.length : toIntDown(end);
  if (text === undefined || from === undefined || to === undefined) return undefined;
  return text.slice(Math.max(from, 0), Math.max(to, 0));
}

function chr(code: number): Value {
  const character = Math.floor(code);
  return character >= 0 && character <= 127 ? String.fromCharCode(character) : undefined;
}
