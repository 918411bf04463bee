import { JSONPathEnvironment, type JSONValue } from 'json-p3';
import { isJsonObject, type Json } from '../values.ts';

/** Reads a text from its beginning to its end. */
export class TextReader {
  readonly #text: string;
  position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#text.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.#text.charAt(this.position);
  }

  /** What comes next, as far as a message needs it. */
  get rest(): string {
    return this.#text.slice(this.position, this.position + 80);
  }

  textFrom(start: number): string {
    return this.#text.slice(start, this.position);
  }

  /** Goes on after `expected`, if it comes next. */
  skip(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** Goes on after what a sticky expression matches here, if it does. */
  take(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.position;
    const match = sticky.exec(this.#text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match;
  }

  /** Takes from the `(` that comes next to the `)` that closes it, both included; quotes hide parentheses. */
  takeParenthesized(): string {
    const start = this.position;
    let depth = 0;
    do {
      if (this.isAtEnd) throw new SyntaxError("')' is missing");
      const part = this.take(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|./suy)?.[0];
      if (part === '(') depth += 1;
      if (part === ')') depth -= 1;
    } while (depth > 0);
    return this.textFrom(start);
  }
}

/** Where a path begins: `$` is the data that its field works on, `$$` the context object, `$name` a variable. */
export type PathRoot =
  | { readonly kind: 'data' | 'context' }
  | { readonly kind: 'variable'; readonly name: string };

export type Selector =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly text: string; readonly holds: (value: Json) => boolean };

export interface Segment {
  /** Whether it selects at every depth: `..`. */
  readonly isDescent: boolean;
  readonly selector: Selector;
}

/** A path, compiled. https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html */
export interface Path {
  readonly text: string;
  readonly root: PathRoot;
  readonly segments: readonly Segment[];
  /** Whether it stands for one value; what it finds is an array else, which may be empty. */
  readonly isDefinite: boolean;
}

/** Whether a segment selects one value at most; several names are one object where they come last. */
export function isDefiniteSegment({ isDescent, selector }: Segment, isLast: boolean): boolean {
  if (isDescent) return false;
  switch (selector.kind) {
    case 'names':
      return selector.names.length === 1 || isLast;
    case 'indices':
      return selector.indices.length === 1;
    default:
      return false;
  }
}

/** Writes names and indices of a path as they stand in AWS's messages: `$['a'][0]`. */
export function canonicalText(segments: readonly Segment[]): string {
  const parts = segments.map(
    ({ isDescent, selector }) => `${isDescent ? '..' : ''}[${selectorText(selector)}]`,
  );
  return `$${parts.join('')}`;
}

function selectorText(selector: Selector): string {
  switch (selector.kind) {
    case 'names':
      return selector.names.map((name) => `'${name}'`).join(',');
    case 'indices':
      return selector.indices.join(',');
    case 'slice':
      return `${selector.from ?? ''}:${selector.to ?? ''}`;
    case 'wildcard':
      return '*';
    case 'filter':
      return '?';
  }
}

const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

/** Step Functions has none of the functions of RFC 9535. */
const environment = new JSONPathEnvironment();
environment.functionRegister.clear();

export type Filter = (value: Json) => boolean;

/**
 * Compiles what stands in `[?(…)]`. `@` is an object: scalars match no filter. Throws `SyntaxError` for what is none, and
 * for what Step Functions does not have: regular expressions, operators that are words, and comparisons of two paths.
 * https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
 */
export function compileFilter(text: string): Filter {
  const unquoted = text.replaceAll(QUOTED, "''");
  if (unquoted.includes('$') || unquoted.split(/&&|\|\|/).some(comparesPaths)) {
    throw new SyntaxError('a filter compares with literals alone');
  }
  const query = compile(text);
  return (value) => isJsonObject(value) && query.match([value as JSONValue]) !== undefined;
}

function comparesPaths(term: string): boolean {
  const operator = term.search(/[=<>]/);
  return operator !== -1 && term.slice(0, operator).includes('@') && term.slice(operator).includes('@');
}

function compile(text: string) {
  try {
    return environment.compile(`$[?${text}]`);
  } catch (error) {
    throw new SyntaxError(
      `the filter '${text.slice(0, 80)}' can't be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

const ROOT = /\$(?:\$|[\p{ID_Start}_][\p{ID_Continue}]*)?/uy;
const DOTTED_NAME = /[^\s.[\]()*?'",]+/y;
const INTEGER = /-?\d+/y;
const SPACE = /\s*/y;
const QUOTED_NAME = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y;
const SLICE = /(-?\d+)?\s*:\s*(-?\d+)?/y;

/**
 * Reads a path. Names may stand after dots with all but spaces, quotes, brackets and commas in them; there are no
 * functions. Throws `SyntaxError` that says what is wrong.
 */
export function parsePath(text: string): Path {
  const reader = new TextReader(text);
  const path = readPath(reader);
  if (!reader.isAtEnd) throw new SyntaxError(`unexpected '${reader.rest}'`);
  return path;
}

/** Reads the path that begins where `reader` is, as far as it goes. Throws `SyntaxError`. */
export function readPath(reader: TextReader): Path {
  const start = reader.position;
  const root = rootOf(reader.take(ROOT)?.[0]);
  const segments: Segment[] = [];
  for (let segment = readSegment(reader); segment !== undefined; segment = readSegment(reader)) {
    segments.push(segment);
  }
  const isDefinite = segments.every((segment, index) =>
    isDefiniteSegment(segment, index === segments.length - 1),
  );
  return { text: reader.textFrom(start), root, segments, isDefinite };
}

function rootOf(text: string | undefined): PathRoot {
  if (text === undefined) throw new SyntaxError("a path begins with '$'");
  if (text === '$') return { kind: 'data' };
  return text === '$$' ? { kind: 'context' } : { kind: 'variable', name: text.slice(1) };
}

function readSegment(reader: TextReader): Segment | undefined {
  const isDescent = reader.skip('..');
  if (reader.skip('[')) return { isDescent, selector: readBracket(reader) };
  if (!isDescent && !reader.skip('.')) return undefined;
  if (reader.skip('*')) return { isDescent, selector: { kind: 'wildcard' } };
  const name = reader.take(DOTTED_NAME)?.[0];
  if (name === undefined) throw new SyntaxError("a name must follow '.'");
  if (reader.next === '(') throw new SyntaxError(`functions such as ${name}() are not supported`);
  return { isDescent, selector: { kind: 'names', names: [name] } };
}

/** Reads what stands between brackets, and the closing one. */
function readBracket(reader: TextReader): Selector {
  reader.take(SPACE);
  const selector = readSelector(reader);
  reader.take(SPACE);
  if (!reader.skip(']')) throw new SyntaxError("']' is missing");
  return selector;
}

function readSelector(reader: TextReader): Selector {
  if (reader.skip('*')) return { kind: 'wildcard' };
  if (reader.skip('?')) return readFilter(reader);
  const slice = reader.take(SLICE);
  if (slice !== undefined) return { kind: 'slice', from: integerIn(slice[1]), to: integerIn(slice[2]) };
  if (reader.next === "'" || reader.next === '"') {
    return { kind: 'names', names: readList(reader, QUOTED_NAME).map(unquoted) };
  }
  const indices = readList(reader, INTEGER).map(([digits]) => Number(digits));
  if (indices.length === 0)
    throw new SyntaxError('brackets need quoted names, indices, a slice, * or a filter');
  return { kind: 'indices', indices };
}

function readList(reader: TextReader, item: RegExp): RegExpExecArray[] {
  const items: RegExpExecArray[] = [];
  for (let match = reader.take(item); match !== undefined; match = reader.take(item)) {
    items.push(match);
    reader.take(SPACE);
    if (!reader.skip(',')) break;
    reader.take(SPACE);
  }
  return items;
}

function readFilter(reader: TextReader): Selector {
  reader.take(SPACE);
  if (reader.next !== '(') throw new SyntaxError("a filter stands in '[?(' and ')]'");
  const text = reader.takeParenthesized();
  return { kind: 'filter', text, holds: compileFilter(text) };
}

function unquoted(match: RegExpExecArray): string {
  return (match[1] ?? match[2] ?? '').replaceAll(/\\(.)/g, '$1');
}

function integerIn(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
