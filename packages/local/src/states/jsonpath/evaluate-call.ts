import { exceedsPayloadQuota, type Json, MAX_PAYLOAD_BYTES } from '../json.ts';
import { runtimeError, StatesError } from '../states-error.ts';
import type { Argument, IntrinsicCall } from './intrinsic-call.ts';
import { IntrinsicArgumentError } from './intrinsic-function.ts';
import { intrinsicFunctions } from './intrinsic-functions.ts';
import { inputText, lookUp, type PathScope } from './scope.ts';

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
