import type { ChoiceState } from './definition.ts';
import type { Json } from './json.ts';
import type { Exit, QueryLanguage } from './query-language.ts';
import type { StateBody } from './state-visit.ts';
import { runtimeError } from './states-error.ts';
import { evaluateAs, type Template } from './template.ts';

interface CompiledRule {
  readonly condition: Template;
  readonly exit: Exit;
}

/**
 * Choice: the first rule whose `Condition` is true decides, with its own `Assign` and `Output`; those of the
 * state itself belong to `Default`.
 */
export function compileChoice(state: ChoiceState, language: QueryLanguage): StateBody {
  const rules = state.Choices.flatMap((rule, index): readonly CompiledRule[] => {
    const prefix = `Choices[${index}]/`;
    const condition = language.field(rule, 'Condition', prefix);
    return condition === undefined ? [] : [{ condition, exit: language.exit(rule, rule.Next, prefix) }];
  });
  const otherwise = language.exit(state, state.Default);
  return async (visit) => {
    const scope = visit.scope();
    for (const { condition, exit } of rules) {
      if (await evaluateAs(condition, scope, 'boolean', isBoolean)) return exit(visit);
    }
    if (state.Default === undefined) {
      throw runtimeError('Failed to transition out of the state. The state does not point to a next state.');
    }
    return otherwise(visit);
  };
}

function isBoolean(value: Json): value is boolean {
  return typeof value === 'boolean';
}
