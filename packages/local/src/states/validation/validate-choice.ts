import { isJsonObject, type JsonObject } from '../json.ts';
import { expressionIn } from '../jsonata.ts';
import type { Findings } from './diagnostics.ts';
import { checkAssign, refuseUnknownFields } from './fields.ts';
import { validateComparison } from './validate-choice-rule.ts';
import { validateExpressions } from './validate-jsonata.ts';

/** Checks the fields of a Choice that are its own. */
export function validateChoice(findings: Findings, { Choices, Default }: JsonObject): void {
  if (Default !== undefined && typeof Default !== 'string') {
    findings.at('Default').add("'Default' must name a state");
  }
  if (!Array.isArray(Choices) || Choices.length === 0) {
    findings.at('Choices').add("'Choices' must be an array of at least one rule");
    return;
  }
  for (const [index, rule] of Choices.entries()) validateRule(findings.at('Choices').item(index), rule);
}

function validateRule(findings: Findings, rule: unknown): void {
  if (!isJsonObject(rule)) {
    findings.add('a choice rule must be an object');
    return;
  }
  const { Next, Assign } = rule;
  if (findings.require(rule, ['Next']) && typeof Next !== 'string') {
    findings.at('Next').add("a choice rule's 'Next' must name a state");
  }
  checkAssign(findings.at('Assign'), Assign);
  if (findings.language === 'JSONata') validateCondition(findings, rule);
  else validateComparison(findings, rule, ['Next', 'Assign', 'Comment']);
}

function validateCondition(findings: Findings, rule: JsonObject): void {
  refuseUnknownFields(findings, rule, ['Condition', 'Next', 'Assign', 'Output', 'Comment']);
  const { Condition, Output } = rule;
  const isExpression = typeof Condition === 'string' && expressionIn(Condition) !== undefined;
  if (!isExpression && typeof Condition !== 'boolean') {
    findings.at('Condition').add("a choice rule's 'Condition' must be a boolean or an expression");
  }
  validateExpressions(findings.at('Condition'), Condition);
  validateExpressions(findings.at('Output'), Output);
}
