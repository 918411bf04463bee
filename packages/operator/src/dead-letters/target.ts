import type { Letter } from './letter.ts';

/** The functions that the rules of resources/rules.yml invoke, by the last part of the rules' names. */
export const RULE_FUNCTIONS: Readonly<Record<string, string>> = {
  register: 'register-device',
  update: 'update-device',
  heartbeat: 'record-heartbeat',
  decommission: 'decommission-device',
  presence: 'record-presence',
};

/** The last part of a rule's name, which has no hyphens; nothing for one that invokes none of the functions. */
export function operationOf(ruleName: string, stackName: string): string | undefined {
  const prefix = `${stackName.replaceAll('-', '_')}_`;
  const operation = ruleName.startsWith(prefix) ? ruleName.slice(prefix.length) : '';
  return Object.hasOwn(RULE_FUNCTIONS, operation) ? operation : undefined;
}

/** The function that a rule would have invoked, or nothing for one that invokes none. */
export function functionOfRule(ruleName: string, stackName: string): string | undefined {
  return RULE_FUNCTIONS[operationOf(ruleName, stackName) ?? ''];
}

/** The function that is to do the letter's work, without the stack's prefix. */
export function targetOf(letter: Letter, stackName: string): string | undefined {
  return letter.kind === 'rule' ? functionOfRule(letter.ruleName, stackName) : letter.functionName;
}
