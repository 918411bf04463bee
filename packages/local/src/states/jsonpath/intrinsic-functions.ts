import { randomUUID } from 'node:crypto';
import type { Json } from '../json.ts';
import { arrayFunctions } from './array-functions.ts';
import { encodingFunctions } from './encoding-functions.ts';
import type { IntrinsicFunction } from './intrinsic-function.ts';
import { IntrinsicArgumentError } from './intrinsic-function.ts';
import { jsonFunctions } from './json-functions.ts';
import { mathFunctions } from './math-functions.ts';

/**
 * `States.Format(template, …)`: each `{}` of the template is the next argument. In a literal, `\{` and `\}` are braces.
 */
function format([template, ...values]: readonly Json[], [source]: readonly (string | undefined)[]): string {
  if (typeof template !== 'string') throw new IntrinsicArgumentError('the first argument must be a string');
  const parts = holesIn(source ?? template, source !== undefined);
  if (parts.length - 1 !== values.length) {
    throw new IntrinsicArgumentError(
      `the string has ${parts.length - 1} of {}, and there are ${values.length} arguments for them`,
    );
  }
  return parts
    .map((part, index) => (index === 0 ? part : scalarText(values[index - 1] as Json) + part))
    .join('');
}

function holesIn(template: string, isEscaped: boolean): readonly string[] {
  if (!isEscaped) return template.split('{}');
  // An escaped character stands for itself, before holes are looked for.
  const parts = [''];
  for (const [token] of template.matchAll(/\\.|\{\}|./gsu)) {
    if (token === '{}') parts.push('');
    else parts[parts.length - 1] += token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  }
  return parts;
}

function scalarText(value: Json): string {
  if (typeof value === 'object' && value !== null) {
    throw new IntrinsicArgumentError('its arguments must be strings, numbers, booleans or null');
  }
  return String(value);
}

/** By name. https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
export const intrinsicFunctions: ReadonlyMap<string, IntrinsicFunction> = new Map(
  [
    { name: 'States.Format', min: 1, max: Number.POSITIVE_INFINITY, run: format },
    { name: 'States.UUID', min: 0, max: 0, run: () => randomUUID() },
    ...arrayFunctions,
    ...encodingFunctions,
    ...jsonFunctions,
    ...mathFunctions,
  ].map((each: IntrinsicFunction) => [each.name, each] as const),
);
