import { exceedsPayloadQuota, type Json, MAX_PAYLOAD_BYTES, runtimeError, StatesError } from '../values.ts';
import { inputText, lookUp, type PathScope } from './apply-path.ts';
import { IntrinsicArgumentError, intrinsicFunctions } from './intrinsic-functions.ts';
import { type Path, readPath, TextReader } from './paths.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
const MAX_NESTED = 10;

const NAME = /States\.\w+/y;
const SPACE = /\s*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
/** A backslash stands before `'`, `{`, `}` and itself alone. */
const STRING = /'((?:[^'\\]|\\['{}\\])*)'/y;

export type Argument =
  | { readonly kind: 'literal'; readonly value: Json; readonly source: string }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'call'; readonly call: IntrinsicCall };

/** A call of an intrinsic function, such as `States.Format('{}', $.name)`. */
export interface IntrinsicCall {
  readonly text: string;
  readonly name: string;
  readonly args: readonly Argument[];
}

/** Reads a call. Throws `SyntaxError` that says what is wrong. */
export function parseCall(text: string): IntrinsicCall {
  const reader = new TextReader(text);
  const call = readCall(reader, 1);
  reader.take(SPACE);
  if (!reader.isAtEnd) throw new SyntaxError(`unexpected '${reader.rest}'`);
  return call;
}

function readCall(reader: TextReader, depth: number): IntrinsicCall {
  if (depth > MAX_NESTED) throw new SyntaxError(`at most ${MAX_NESTED} functions can be nested`);
  const start = reader.position;
  const name = reader.take(NAME)?.[0] ?? '';
  const known = intrinsicFunctions.get(name);
  if (known === undefined) throw new SyntaxError(`'${name || reader.rest}' is not an intrinsic function`);
  const args = readArguments(reader, depth);
  const { min, max } = known;
  if (args.length < min || args.length > max) throw new SyntaxError(`${name} takes ${countText(min, max)}`);
  return { text: reader.textFrom(start), name, args };
}

function readArguments(reader: TextReader, depth: number): readonly Argument[] {
  reader.take(SPACE);
  if (!reader.skip('(')) throw new SyntaxError("'(' is missing");
  const args: Argument[] = [];
  reader.take(SPACE);
  while (!reader.skip(')')) {
    if (args.length > 0 && !reader.skip(',')) throw new SyntaxError("',' or ')' is missing");
    reader.take(SPACE);
    args.push(readArgument(reader, depth));
    reader.take(SPACE);
  }
  return args;
}

function readArgument(reader: TextReader, depth: number): Argument {
  if (reader.next === '$') return { kind: 'path', path: readPath(reader) };
  if (reader.next === 'S') return { kind: 'call', call: readCall(reader, depth + 1) };
  const string = reader.take(STRING);
  if (string !== undefined) {
    const source = string[1] ?? '';
    return { kind: 'literal', value: source.replaceAll(/\\(.)/g, '$1'), source };
  }
  const source = (reader.take(NUMBER) ?? reader.take(WORD))?.[0];
  if (source === undefined) throw new SyntaxError(`'${reader.rest}' is not an argument`);
  return { kind: 'literal', value: JSON.parse(source) as Json, source };
}

function countText(min: number, max: number): string {
  if (min === max) return `${min} argument${min === 1 ? '' : 's'}`;
  return max === Number.POSITIVE_INFINITY ? `at least ${min} arguments` : `${min} to ${max} arguments`;
}

/**
 * The value of a call. Throws `States.IntrinsicFailure` for arguments that a function does not take, and
 * `States.Runtime` for a path that finds nothing.
 */
export function evaluateCall(call: IntrinsicCall, scope: PathScope): Json {
  const run = (inner: IntrinsicCall): Json => {
    const known = intrinsicFunctions.get(inner.name);
    if (known === undefined) throw new TypeError(`There is no function ${inner.name}.`);
    const value = known.run(inner.args.map(valueFor), inner.args.map(sourceOf));
    if (typeof value === 'string' && exceedsPayloadQuota(value)) {
      throw new IntrinsicArgumentError(`the result has more than ${MAX_PAYLOAD_BYTES} bytes`);
    }
    return value;
  };
  const valueFor = (argument: Argument): Json => {
    switch (argument.kind) {
      case 'literal':
        return argument.value;
      case 'call':
        return run(argument.call);
      case 'path': {
        const value = lookUp(argument.path, scope);
        if (value === undefined) throw notFound(call, argument, scope);
        return value;
      }
    }
  };
  try {
    return run(call);
  } catch (thrown) {
    if (!(thrown instanceof IntrinsicArgumentError)) throw thrown;
    throw new StatesError('States.IntrinsicFailure', failure(call, `${thrown.message}.`), {
      byInterpreter: true,
    });
  }
}

function sourceOf(argument: Argument): string | undefined {
  return argument.kind === 'literal' && typeof argument.value === 'string' ? argument.source : undefined;
}

function notFound(call: IntrinsicCall, { path }: Argument & { kind: 'path' }, scope: PathScope): StatesError {
  const found = `The JsonPath argument for the field '${path.text}' could not be found in the input`;
  return runtimeError(failure(call, `${found} '${inputText(path, scope)}'`));
}

function failure({ text }: IntrinsicCall, reason: string): string {
  return `The function '${text}' had the following error: ${reason}`;
}
