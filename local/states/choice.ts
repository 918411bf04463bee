import type { ChoiceState } from './definition.ts';
import type { Json } from './json.ts';
import type { CompiledResults } from './results.ts';
import { compileResults, exitWith } from './results.ts';
import type { StateBody } from './state-visit.ts';
import { runtimeError } from './states-error.ts';
import type { Template } from './template.ts';
import { compileTemplate, evaluateAs } from './template.ts';

interface CompiledRule {
  readonly condition: Template;
  readonly results: CompiledResults;
}

/**
 * Choice: the first rule whose `Condition` is true decides, with its own `Assign` and `Output`; those of the
 * state itself belong to `Default`.
 */
export function compileChoice(state: ChoiceState): StateBody {
  const rules: readonly CompiledRule[] = state.Choices.map((rule, index) => ({
    condition: compileTemplate(rule.Condition, `Choices[${index}]/Condition`),
    results: compileResults(rule, rule.Next, `Choices[${index}]/`),
  }));
  const otherwise = compileResults(state, state.Default);
  return async (visit) => {
    const scope = visit.scope();
    for (const { condition, results } of rules) {
      if (await evaluateAs(condition, scope, 'boolean', isBoolean)) {
        return exitWith(visit, results, scope, visit.input);
      }
    }
    if (otherwise.next === undefined) {
      throw runtimeError('Failed to transition out of the state. The state does not point to a next state.');
    }
    return exitWith(visit, otherwise, scope, visit.input);
  };
}

function isBoolean(value: Json): value is boolean {
  return typeof value === 'boolean';
}
