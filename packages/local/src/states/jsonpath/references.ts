import { isJsonObject, type Json, runtimeError, StatesError } from '../values.ts';
import { lookUp, missReason, rootIn } from './apply-path.ts';
import { type Path, parsePath, type Selector } from './paths.ts';
import type { Evaluate } from './templates.ts';

/**
 * What is wrong with a path that must be a reference path, which stands for a single node; undefined for nothing.
 * https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html#amazon-states-language-reference-paths
 */
export function referencePathProblem({ segments }: Path): string | undefined {
  const isReference = segments.every(
    ({ isDescent, selector }) =>
      !isDescent &&
      ((selector.kind === 'names' && selector.names.length === 1) ||
        (selector.kind === 'indices' && selector.indices.length === 1)),
  );
  return isReference ? undefined : 'the operators @ .. , : ? * are not allowed in it';
}

/**
 * Puts a value where a reference path points to, in a copy of `data`; objects that are not there are made.
 * Throws `States.ResultPathMatchFailure` where that is no place of an object, nor of an element that there is.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultpath.html
 */
export function putAt({ segments }: Path, data: Json, value: Json): Json {
  const put = segments.reduceRight<Put>(
    (inner, { selector }) => putOf(selector, inner, data),
    () => value,
  );
  return put(data);
}

/** Makes of what there is what is to be there. */
type Put = (current: Json | undefined) => Json;

function putOf(selector: Selector, inner: Put, data: Json): Put {
  if (selector.kind === 'names') return putMember(selector.names[0] ?? '', inner, data);
  if (selector.kind === 'indices') return putElement(selector.indices[0] ?? 0, inner, data);
  throw new TypeError('The path is no reference path.');
}

function putMember(name: string, inner: Put, data: Json): Put {
  return (current = {}) => {
    if (!isJsonObject(current)) throw matchFailure(name, data);
    const member = Object.hasOwn(current, name) ? current[name] : undefined;
    return Object.fromEntries([...Object.entries(current), [name, inner(member)]]);
  };
}

function putElement(index: number, inner: Put, data: Json): Put {
  return (current) => {
    const element = Array.isArray(current) ? (current as readonly Json[]).at(index) : undefined;
    if (!Array.isArray(current) || element === undefined) throw matchFailure(index, data);
    return (current as readonly Json[]).with(index, inner(element));
  };
}

function matchFailure(step: string | number, data: Json): StatesError {
  return new StatesError(
    'States.ResultPathMatchFailure',
    `Unable to apply step "${step}" to input ${JSON.stringify(data)}`,
    { byInterpreter: true },
  );
}

/** Nothing of its data goes on where `InputPath` or `OutputPath` is null. */
const NOTHING: Json = {};

/**
 * Compiles `InputPath` or `OutputPath`: undefined for one that hands on everything. Throws `SyntaxError`; what it gives
 * throws `States.Runtime` for a path that finds nothing.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
export function compileFilterPath(text: string | null | undefined): Evaluate | undefined {
  if (text === undefined || text === '$') return undefined;
  if (text === null) return () => NOTHING;
  const path = parsePath(text);
  return (scope) => {
    if (path.root.kind === 'data' && scope.data === null) {
      throw runtimeError('Unable to apply Path transformation to null or empty input.');
    }
    const value = lookUp(path, scope);
    if (value !== undefined) return value;
    throw runtimeError(`Invalid path '${text}' : ${missReason(path, rootIn(path, scope) ?? NOTHING)}`);
  };
}
