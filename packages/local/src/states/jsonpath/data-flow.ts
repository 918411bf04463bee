import type { Json } from '../json.ts';
import { runtimeError } from '../states-error.ts';
import { missReason } from './apply-path.ts';
import { parsePath } from './parse-path.ts';
import type { Evaluate } from './payload-template.ts';
import { lookUp, rootIn } from './scope.ts';

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
