import { compileFilter } from './filter.ts';
import { isDefiniteSegment, type Path, type PathRoot, type Segment, type Selector } from './path.ts';
import { TextReader } from './text-reader.ts';

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
