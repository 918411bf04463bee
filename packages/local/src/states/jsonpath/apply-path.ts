import type { QueryScope } from '../template.ts';
import { isJsonObject, type Json, type JsonObject, runtimeError } from '../values.ts';
import { canonicalText, isDefiniteSegment, type Path, type Segment, type Selector } from './paths.ts';

/** More values than a result of 256 KiB could hold. */
const MAX_FOUND = 262_144;

/**
 * Finds what a path stands for in `data`; undefined for nothing. A path that can stand for several values gives an array
 * of those that there are: of none, too, but where it asks for elements of what is no array.
 */
export function applyPath({ segments, isDefinite }: Path, data: Json): Json | undefined {
  let found: readonly Json[] = [data];
  let isOne = true;
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (isOne && found.length === 1 && !isFor(segment, found[0] as Json)) return undefined;
    found = allFound(found, segment, isLast);
    isOne &&= isDefiniteSegment(segment, isLast);
  }
  return isDefinite ? found[0] : found;
}

/** What a segment selects of all values; `..` after `..` finds the same value again and again. */
function allFound(values: readonly Json[], segment: Segment, isLast: boolean): readonly Json[] {
  const found: Json[] = [];
  for (const value of values) {
    for (const each of selectAll(segment, value, isLast)) found.push(each);
    if (found.length > MAX_FOUND) throw runtimeError(`A path finds more than ${MAX_FOUND} values.`);
  }
  return found;
}

/** Says why a path of one value has found nothing, in AWS's words. */
export function missReason({ segments }: Path, data: Json): string {
  const before = segments.findIndex((_, index) => {
    const part = segments.slice(0, index + 1);
    return (
      applyPath({ text: '', root: { kind: 'data' }, segments: part, isDefinite: true }, data) === undefined
    );
  });
  const isLast = before === segments.length - 1;
  const place = canonicalText(segments.slice(0, before + 1));
  return isLast ? `No results for path: ${place}` : `Missing property in path ${place}`;
}

/** Whether what a segment asks for can be in a value: elements are in arrays alone. */
function isFor({ isDescent, selector }: Segment, value: Json): boolean {
  if (isDescent || selector.kind === 'names' || selector.kind === 'wildcard') return true;
  return Array.isArray(value) || (selector.kind === 'filter' && isJsonObject(value));
}

function selectAll({ isDescent, selector }: Segment, value: Json, isLast: boolean): readonly Json[] {
  if (!isDescent) return select(selector, value, isLast);
  // Each object is asked once, and not again as an element of its array.
  if (selector.kind === 'filter') return withDescendants(value).filter(selector.holds);
  return withDescendants(value).flatMap((each) => select(selector, each, isLast));
}

function select(selector: Selector, value: Json, isLast: boolean): readonly Json[] {
  switch (selector.kind) {
    case 'names':
      return isJsonObject(value) ? named(value, selector.names, isLast) : [];
    case 'wildcard':
      return membersOf(value);
    case 'filter':
      return (Array.isArray(value) ? value : [value]).filter(selector.holds);
    default:
      return isArray(value) ? elements(selector, value) : [];
  }
}

/** Several names that come last are one object, of those that there are. */
function named(value: JsonObject, names: readonly string[], isLast: boolean): readonly Json[] {
  const own = names.filter((name) => Object.hasOwn(value, name));
  if (isLast && names.length > 1) return [Object.fromEntries(own.map((name) => [name, value[name] as Json]))];
  return own.map((name) => value[name] as Json);
}

function elements(
  selector: Extract<Selector, { kind: 'indices' | 'slice' }>,
  value: readonly Json[],
): readonly Json[] {
  if (selector.kind === 'slice') return value.slice(selector.from, selector.to);
  return selector.indices.flatMap((index) => {
    const element = value.at(index);
    return element === undefined ? [] : [element];
  });
}

function membersOf(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

/** Each before what is in it. */
function withDescendants(value: Json): readonly Json[] {
  const all: Json[] = [];
  const left = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    all.push(next);
    for (const member of membersOf(next).toReversed()) left.push(member);
  }
  return all;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** What paths are applied to. */
export interface PathScope {
  /** `$`. */
  readonly data: Json;
  /** `$$` and variables. */
  readonly query: QueryScope;
}

/** What a path is applied to in a scope; undefined for a variable that there is not. */
export function rootIn({ root }: Path, { data, query }: PathScope): Json | undefined {
  switch (root.kind) {
    case 'data':
      return data;
    case 'context':
      return query.states['context'];
    case 'variable':
      return Object.hasOwn(query.variables, root.name) ? query.variables[root.name] : undefined;
  }
}

/** The value of a path; undefined for none. */
export function lookUp(path: Path, scope: PathScope): Json | undefined {
  const root = rootIn(path, scope);
  return root === undefined ? undefined : applyPath(path, root);
}

/** What a path was applied to, as AWS's messages tell it. */
export function inputText(path: Path, scope: PathScope): string {
  return JSON.stringify(rootIn(path, scope) ?? {});
}
