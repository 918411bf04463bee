import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Findings } from './diagnostics.ts';

/** Checks that every transition leads to a state, every state is reached, and the chain can end. */
export function validateTransitions(findings: Findings, startAt: string, states: JsonObject): void {
  if (!Object.hasOwn(states, startAt)) {
    findings
      .at('StartAt')
      .add(`'StartAt' names '${startAt}', which is not among its states`, 'MISSING_TRANSITION_TARGET');
    return;
  }
  const reached = new Set<string>([startAt]);
  for (const name of reached) {
    for (const target of targetsOf(states[name])) {
      if (Object.hasOwn(states, target)) reached.add(target);
      else {
        findings
          .about(name, `${findings.location}/States/${name}`)
          .add(`it leads to '${target}', which is not among its states`, 'MISSING_TRANSITION_TARGET');
      }
    }
  }
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) {
      findings
        .about(name, `${findings.location}/States/${name}`)
        .add('no state leads to it', 'MISSING_TRANSITION_TARGET');
    }
  }
  if (![...reached].some((name) => isTerminal(states[name]))) {
    findings.at('States').add('no state that can be reached ends it', 'MISSING_END_STATE');
  }
}

function targetsOf(state: Json | undefined): string[] {
  if (!isJsonObject(state)) return [];
  const { Next, Default, Choices, Catch } = state;
  const rules = [...(Array.isArray(Choices) ? Choices : []), ...(Array.isArray(Catch) ? Catch : [])];
  const targets = [Next, Default, ...rules.map((rule) => (isJsonObject(rule) ? rule['Next'] : undefined))];
  return targets.filter((target) => typeof target === 'string');
}

function isTerminal(state: Json | undefined): boolean {
  if (!isJsonObject(state)) return false;
  return state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail';
}
