import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { compileExpression, evaluateExpression, expressionIn, unexpectedType } from './jsonata.ts';
import type { Template } from './template.ts';

/**
 * Compiles a field's value, in which every string of the form `{% … %}` is a JSONata expression. `location` is the field's
 * place in its state: objects add `/key`, arrays `[index]`. Throws JSONata's error for an expression that does not parse.
 */
export function compileTemplate(value: Json, location: string): Template {
  if (typeof value === 'string') return compileText(value, location);
  if (Array.isArray(value)) return compileArray(value, location);
  if (isJsonObject(value)) return compileObject(value, location);
  return constant(value, location);
}

function constant(value: Json, location: string): Template {
  return {
    isConstant: true,
    evaluate: () => value,
    unexpected: (expected, given) => unexpectedType(JSON.stringify(value), location, expected, given),
  };
}

function compileText(text: string, location: string): Template {
  const source = expressionIn(text);
  if (source === undefined) return constant(text, location);
  const expression = compileExpression(source);
  return {
    isConstant: false,
    evaluate: (scope) => evaluateExpression(expression, scope, location),
    unexpected: (expected, value) => unexpectedType(source, location, expected, value),
  };
}

function compileArray(value: readonly Json[], location: string): Template {
  const items = value.map((item, index) => compileTemplate(item, `${location}[${index}]`));
  if (items.every(isConstant)) return constant(value, location);
  return {
    ...constant(value, location),
    isConstant: false,
    async evaluate(scope) {
      const values: Json[] = [];
      for (const item of items) values.push(await item.evaluate(scope));
      return values;
    },
  };
}

function compileObject(value: JsonObject, location: string): Template {
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, compileTemplate(entry, `${location}/${key}`)] as const,
  );
  if (entries.every(([, entry]) => isConstant(entry))) return constant(value, location);
  return {
    ...constant(value, location),
    isConstant: false,
    async evaluate(scope) {
      const values: [string, Json][] = [];
      for (const [key, entry] of entries) values.push([key, await entry.evaluate(scope)]);
      return Object.fromEntries(values);
    },
  };
}

function isConstant(template: Template): boolean {
  return template.isConstant;
}
