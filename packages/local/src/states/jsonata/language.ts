import type { Outcome, QueryLanguage } from '../query-language.ts';
import type { StateExit, StateVisit } from '../state-visit.ts';
import { evaluateAs, type QueryScope, type Template } from '../template.ts';
import { isJsonObject, type Json, type JsonDocument, type JsonObject, payloadOf } from '../values.ts';
import { assignedBy } from '../variables.ts';
import { compileExpression, evaluateExpression, expressionIn, unexpectedType } from './jsonata.ts';

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

/**
 * JSONata: `Arguments` make what a state works on, `Output` and `Assign` what it leaves.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export const jsonataLanguage: QueryLanguage = {
  name: 'JSONata',
  field(owner, name, prefix = '') {
    const value = (owner as JsonObject)[name];
    return value === undefined ? undefined : compileTemplate(value, `${prefix}${name}`);
  },
  work(state) {
    const args = jsonataLanguage.field(state, 'Arguments');
    if (args === undefined) return ({ input }) => input;
    return async (visit) => payloadOf(await args.evaluate(visit.scope()), visit.name);
  },
  exit(owner, next, prefix = '') {
    const results = {
      assign: jsonataLanguage.field(owner, 'Assign', prefix),
      output: jsonataLanguage.field(owner, 'Output', prefix),
      next,
    };
    if (results.assign === undefined && results.output === undefined) {
      return ({ input }, outcome) => ({ assigned: undefined, output: documentOf(input, outcome), next });
    }
    return (visit, outcome) => leave(visit, results, outcome);
  },
};

interface CompiledResults {
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
  readonly next: string | undefined;
}

/** Evaluates `Assign` and `Output`, both with the variables as they were. */
async function leave(
  visit: StateVisit,
  { assign, output, next }: CompiledResults,
  outcome: Outcome,
): Promise<StateExit> {
  const scope = visit.scope(outcomeOf(outcome));
  const values = assign === undefined ? undefined : await evaluateAs(assign, scope, 'object', isObject);
  return {
    assigned: values === undefined ? undefined : assignedBy(values, visit.name),
    output: await outputOf(visit, output, scope, outcome),
    next,
  };
}

async function outputOf(
  visit: StateVisit,
  output: Template | undefined,
  scope: QueryScope,
  outcome: Outcome,
): Promise<JsonDocument> {
  const document = documentOf(visit.input, outcome);
  if (output === undefined) return document;
  const value = await output.evaluate(scope);
  // What is handed on as it is has its text already.
  if (value === document.value) return document;
  return value === visit.input.value ? visit.input : payloadOf(value, visit.name);
}

/** The output of a state without an `Output`. */
function documentOf(input: JsonDocument, outcome: Outcome): JsonDocument {
  if (outcome === undefined) return input;
  return 'result' in outcome ? outcome.result : outcome.errorOutput;
}

function outcomeOf(outcome: Outcome): Readonly<Record<string, Json>> | undefined {
  if (outcome === undefined) return undefined;
  return 'result' in outcome ? { result: outcome.result.value } : { errorOutput: outcome.errorOutput.value };
}

function isObject(value: Json): value is JsonObject {
  return isJsonObject(value);
}
