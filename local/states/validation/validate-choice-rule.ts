import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { comparisonOf, comparisonOperators, isPresentOperator } from '../jsonpath/comparisons.ts';
import { isPattern } from '../jsonpath/string-pattern.ts';
import { isTimestamp } from '../timestamp.ts';
import type { Findings } from './diagnostics.ts';
import { refuseUnknownFields } from './fields.ts';
import { checkPath, checkReferencePath } from './validate-paths.ts';

const COMBINATIONS = ['And', 'Or', 'Not'];

/** What holds, or does not: fields beside those of a rule that leads to a state (`ownFields`). */
export function validateComparison(findings: Findings, rule: JsonObject, ownFields: readonly string[]): void {
  const known = [...COMBINATIONS, 'Variable', ...comparisonOperators];
  refuseUnknownFields(findings, rule, [...known, ...ownFields]);
  const operators = Object.keys(rule).filter((field) => known.includes(field) && field !== 'Variable');
  const [operator] = operators;
  if (operator === undefined || operators.length > 1) {
    findings.add("a choice rule needs either 'And', 'Or', 'Not', or a 'Variable' with one comparison");
    return;
  }
  const isCombination = COMBINATIONS.includes(operator);
  if (isCombination === (rule['Variable'] !== undefined)) {
    findings.add(`a choice rule with '${operator}' ${isCombination ? 'has no' : 'needs a'} 'Variable'`);
    return;
  }
  if (isCombination) validateCombination(findings.at(operator), operator, rule[operator]);
  else validateOperand(findings, operator, rule);
}

function validateCombination(findings: Findings, operator: string, value: Json | undefined): void {
  if (operator === 'Not') validateInner(findings, value);
  else if (!Array.isArray(value) || value.length === 0)
    findings.add(`'${operator}' must be an array of rules`);
  else for (const [index, rule] of value.entries()) validateInner(findings.at(String(index)), rule);
}

/** A rule inside another leads nowhere. */
function validateInner(findings: Findings, rule: Json | undefined): void {
  if (isJsonObject(rule)) validateComparison(findings, rule, ['Comment']);
  else findings.add('a choice rule must be an object');
}

function validateOperand(findings: Findings, operator: string, rule: JsonObject): void {
  checkPath(findings.at('Variable'), rule['Variable']);
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
