import type { ActionTargets } from '@device-lifecycle/local/rules/actions/action.ts';
import type { RuleDefinition } from '@device-lifecycle/local/rules/compile-rule.ts';
import type { RuleResource } from '@device-lifecycle/local/template/stack.ts';

const refuse = (): Promise<never> => Promise.reject(new Error('no rule is to ask for this'));

/** Targets of rules' actions that refuse whatever comes; every function may be invoked. */
export const ruleTargets: ActionTargets = {
  functions: { invoke: refuse, invokeAsync: refuse },
  queues: { sendMessage: refuse },
  republish: refuse,
  mayInvoke: () => true,
};

/** A rule as a stack has it. */
export function ruleResource(definition: RuleDefinition): RuleResource {
  const { ruleName } = definition;
  const arn = `arn:aws:iot:us-east-1:000000000000:rule/${ruleName}`;
  return { ...definition, logicalId: ruleName, arn };
}
