import { expressionIn } from '../jsonata/jsonata.ts';
import { comparisonOf, comparisonOperators, isPattern, isPresentOperator } from '../jsonpath/choice-rule.ts';
import { isJsonObject, isTimestamp, type Json, type JsonObject } from '../values.ts';
import { checkReferencePath, validateExpressions } from './expressions.ts';
import { checkAssign, refuseUnknownFields } from './fields.ts';
import type { Findings } from './findings.ts';

const SELECTORS = ['And', 'Or', 'Not', 'Variable'];

/** What holds, or does not: fields beside those of a rule that leads to a state (`ownFields`). */
export function validateComparison(findings: Findings, rule: JsonObject, ownFields: readonly string[]): void {
  refuseUnknownFields(findings, rule, [...SELECTORS, ...comparisonOperators, ...ownFields]);
  const [field, ...others] = SELECTORS.filter((name) => Object.hasOwn(rule, name));
  if (field === undefined || others.length > 0) {
    findings.tell(
      'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]',
    );
  } else if (field === 'Variable') validateVariable(findings, rule);
  else validateCombination(findings.at(field), field, rule[field]);
}

function validateVariable(findings: Findings, rule: JsonObject): void {
  const [operator, ...others] = Object.keys(rule).filter((field) => comparisonOperators.includes(field));
  if (operator === undefined || others.length > 0) findings.add("a 'Variable' needs one comparison");
  else validateOperand(findings, operator, rule);
}

function validateCombination(findings: Findings, operator: string, value: Json | undefined): void {
  if (operator === 'Not') validateInner(findings, value);
  else if (!Array.isArray(value) || value.length === 0)
    findings.add(`'${operator}' must be an array of rules`);
  else for (const [index, rule] of value.entries()) validateInner(findings.item(index), rule);
}

/** A rule inside another leads nowhere. */
function validateInner(findings: Findings, rule: Json | undefined): void {
  if (isJsonObject(rule)) validateComparison(findings, rule, ['Comment']);
  else findings.add('a choice rule must be an object');
}

function validateOperand(findings: Findings, operator: string, rule: JsonObject): void {
  checkReferencePath(findings.at('Variable'), rule['Variable']);
  const own = findings.at(operator);
  const operand = rule[operator];
  const comparison = comparisonOf(operator);
  if (comparison?.isOnPath === true) {
    checkReferencePath(own, operand);
    return;
  }
  const expected = operator === isPresentOperator ? 'boolean' : comparison?.operandType;
  const isExpected = expected === 'timestamp' ? isTimestamp(operand) : typeof operand === expected;
  if (!isExpected) own.add(`'${operator}' must be a ${expected}`);
  if (operator === 'StringMatches' && typeof operand === 'string' && !isPattern(operand)) {
    own.add("a backslash stands before '*' or another backslash alone");
  }
}

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
