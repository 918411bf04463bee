import { isJsonObject, type Json, type JsonDocument, type JsonObject, payloadOf } from './json.ts';
import { compileTemplate } from './jsonata-template.ts';
import type { Outcome, QueryLanguage } from './query-language.ts';
import type { StateExit, StateVisit } from './state-visit.ts';
import { evaluateAs, type QueryScope, type Template } from './template.ts';
import { assignedBy } from './variables.ts';

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
