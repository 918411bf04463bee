import type { Json } from './json.ts';
import type { QueryScope, Template } from './query-language.ts';

/** Evaluates a template whose value must satisfy `isExpected`; `expected` names the type in the error. */
export async function evaluateAs<T extends Json>(
  template: Template,
  scope: QueryScope,
  expected: string,
  isExpected: (value: Json) => value is T,
): Promise<T> {
  const value = await template.evaluate(scope);
  if (isExpected(value)) return value;
  throw template.unexpected(expected, value);
}
