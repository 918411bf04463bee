import type { Json, JsonObject } from './json.ts';
import { isJsonObject } from './json.ts';
import type { JsonataExpression, QueryScope } from './jsonata.ts';
import { compileExpression, evaluateExpression, expressionIn, unexpectedType } from './jsonata.ts';

/**
 * A JSON value in which every string of the form `{% … %}` is a JSONata expression, compiled.
 * `location` is the field's place in its state: objects add `/key`, arrays `[index]`.
 */
export type Template =
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: JsonataExpression; readonly location: string }
  | { readonly kind: 'array'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] };

/** Compiles a field's value. Throws JSONata's error for an expression that does not parse. */
export function compileTemplate(value: Json, location: string): Template {
  if (typeof value === 'string') return compileText(value, location);
  if (Array.isArray(value)) return compileArray(value, location);
  if (isJsonObject(value)) return compileObject(value, location);
  return { kind: 'constant', value };
}

/** As {@link compileTemplate}, for a field that may be absent. */
export function compileOptional(value: Json | undefined, location: string): Template | undefined {
  return value === undefined ? undefined : compileTemplate(value, location);
}

/** Evaluates a template. Throws `States.QueryEvaluationError`. */
export async function evaluateTemplate(template: Template, scope: QueryScope): Promise<Json> {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression':
      return evaluateExpression(template.expression, scope, template.location);
    case 'array': {
      const items: Json[] = [];
      for (const item of template.items) items.push(await evaluateTemplate(item, scope));
      return items;
    }
    case 'object': {
      const entries: [string, Json][] = [];
      for (const [key, entry] of template.entries) entries.push([key, await evaluateTemplate(entry, scope)]);
      return Object.fromEntries(entries);
    }
  }
}

/** Evaluates a template whose value must satisfy `isExpected`; `expected` names the type in the error. */
export async function evaluateAs<T extends Json>(
  template: Template,
  scope: QueryScope,
  expected: string,
  isExpected: (value: Json) => value is T,
): Promise<T> {
  const value = await evaluateTemplate(template, scope);
  if (isExpected(value)) return value;
  const [source, location] =
    template.kind === 'expression'
      ? [template.expression.source, template.location]
      : [JSON.stringify(value), ''];
  throw unexpectedType(source, location, expected, value);
}

function compileText(value: string, location: string): Template {
  const source = expressionIn(value);
  if (source === undefined) return { kind: 'constant', value };
  return { kind: 'expression', expression: compileExpression(source), location };
}

function compileArray(value: readonly Json[], location: string): Template {
  const items = value.map((item, index) => compileTemplate(item, `${location}[${index}]`));
  return items.every(isConstant) ? { kind: 'constant', value } : { kind: 'array', items };
}

function compileObject(value: JsonObject, location: string): Template {
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, compileTemplate(entry, `${location}/${key}`)] as const,
  );
  return entries.every(([, entry]) => isConstant(entry))
    ? { kind: 'constant', value }
    : { kind: 'object', entries };
}

function isConstant(template: Template): boolean {
  return template.kind === 'constant';
}
