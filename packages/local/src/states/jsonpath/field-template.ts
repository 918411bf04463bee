import type { Json } from '../json.ts';
import { runtimeError, StatesError } from '../states-error.ts';
import type { QueryScope, Template } from '../template.ts';
import { parsePath } from './parse-path.ts';
import type { Path } from './path.ts';
import type { Evaluate } from './payload-template.ts';
import { inputText, lookUp, type PathScope } from './scope.ts';

/** What a state's paths are applied to: its input, as `InputPath` has it. */
export type ToPathScope = (query: QueryScope) => PathScope;

/** A field whose value stands in the definition. */
export function literalTemplate(value: Json, name: string): Template {
  return { isConstant: true, evaluate: () => value, unexpected: unexpectedIn(name, JSON.stringify(value)) };
}

/** A field that is made of paths and calls. */
export function computedTemplate(evaluate: Evaluate, name: string, toPathScope: ToPathScope): Template {
  return {
    isConstant: false,
    evaluate: (query) => evaluate(toPathScope(query)),
    unexpected: unexpectedIn(name, name),
  };
}

/** A field `{name}Path` that refers to the value. Throws `SyntaxError`. */
export function referenceTemplate(text: string, name: string, toPathScope: ToPathScope): Template {
  return {
    ...computedTemplate(compileReference(text, name), name, toPathScope),
    unexpected: unexpectedIn(name, text),
  };
}

/** Compiles a path that refers to the value of the field `name`. Throws `SyntaxError`. */
export function compileReference(text: string, name: string): Evaluate {
  const path = parsePath(text);
  return (scope) => {
    const value = lookUp(path, scope);
    if (value !== undefined) return value;
    if (name === 'Items') throw referenceConflict(path, scope);
    throw runtimeError(`The ${name}Path parameter does not reference an input value: ${text}`);
  };
}

function referenceConflict(path: Path, scope: PathScope): StatesError {
  const steps = path.segments.flatMap(({ selector }) => (selector.kind === 'names' ? selector.names : []));
  return new StatesError(
    'States.ReferencePathConflict',
    `Unable to apply step "${steps.at(-1) ?? path.text}" to input ${inputText(path, scope)}`,
    { byInterpreter: true },
  );
}

function unexpectedIn(name: string, text: string): Template['unexpected'] {
  return (expected, value) => runtimeError(unexpectedText(name, text, expected, value));
}

function unexpectedText(name: string, text: string, expected: string, value: Json): string {
  const told = `${text} == ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  switch (name) {
    case 'Items':
      return `Reference path "${text}" must point to array.`;
    case 'Timestamp':
      return `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${told}`;
    case 'Seconds':
      return typeof value === 'number' && value < 0
        ? `The SecondsPath parameter references a negative value: ${told}`
        : `The SecondsPath parameter cannot be parsed as a long value: ${told}`;
    default:
      return `The ${name}Path parameter does not reference a value of the type '${expected}': ${told}`;
  }
}
