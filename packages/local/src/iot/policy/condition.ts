import { assertKnownKey } from './condition-key.ts';
import { findOperator, type Operator } from './condition-operators.ts';
import { MalformedPolicyError } from './malformed-policy-error.ts';
import { isConstant, parseTemplate, type Template, type ValuesOf } from './template.ts';

/** One key of one operator in a `Condition` block. */
export interface Condition {
  readonly key: string;
  readonly values: readonly Template[];
  /** Absent for `Null`, which asks whether the key is there. */
  readonly operator?: Operator;
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue';
  readonly isOptional: boolean;
}

const operatorName = /^(?:(?<quantifier>ForAllValues|ForAnyValue):)?(?<name>\w+?)(?<optional>IfExists)?$/;

/** Reads a `Condition` block. Throws {@link MalformedPolicyError}. */
export function parseConditions(block: unknown): readonly Condition[] {
  return entriesOf(block, 'Condition').flatMap(([operator, keys]) =>
    entriesOf(keys, operator).map(([key, values]) => parseCondition(operator, key, values)),
  );
}

function parseCondition(text: string, key: string, given: unknown): Condition {
  const { quantifier, name = '', optional } = operatorName.exec(text)?.groups ?? {};
  const operator = findOperator(name);
  if (operator === undefined && (name !== 'Null' || quantifier !== undefined || optional !== undefined)) {
    throw new MalformedPolicyError(`${text} is no condition operator that the laptop knows.`);
  }
  assertKnownKey(key);
  const values = (Array.isArray(given) ? given : [given]).map((value) =>
    parseValue(value, `${text} of ${key}`),
  );
  for (const value of values) {
    if (isConstant(value) && !canCompare(value, operator)) {
      throw new MalformedPolicyError(`${text} of ${key} can't compare with a value that it is given.`);
    }
  }
  return {
    key,
    values,
    ...(operator === undefined ? {} : { operator }),
    ...(quantifier === undefined ? {} : { quantifier: quantifier as 'ForAllValues' | 'ForAnyValue' }),
    isOptional: optional !== undefined,
  };
}

const noValues: ValuesOf = () => [];
const nullOperator = findOperator('Bool');

function canCompare(value: Template, operator = nullOperator): boolean {
  return operator?.compile(value, noValues) !== undefined;
}

function parseValue(value: unknown, where: string): Template {
  if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number') {
    throw new MalformedPolicyError(`${where} has a value that is neither text, number nor boolean.`);
  }
  return parseTemplate(String(value));
}

function entriesOf(value: unknown, where: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedPolicyError(`${where} is not a JSON object.`);
  }
  return Object.entries(value);
}

/**
 * Whether a condition holds for a request. A variable without a value matches nothing, and makes a negated condition
 * fail. Source: IAM user guide, "Condition operators", "Multivalued context keys".
 */
export function holds(condition: Condition, valuesOf: ValuesOf): boolean {
  const { operator, quantifier, isOptional } = condition;
  const actual = valuesOf(condition.key);
  if (operator === undefined) return isNull(condition, actual.length === 0, valuesOf);
  if (actual.length === 0) {
    return isOptional || (quantifier === undefined ? operator.isNegated : quantifier === 'ForAllValues');
  }
  const expected = condition.values.map((value) => operator.compile(value, valuesOf));
  if (operator.isNegated && expected.includes(undefined)) return false;
  const isMet = (value: string) => expected.some((matches) => matches?.(value)) !== operator.isNegated;
  return quantifier === 'ForAllValues' ? actual.every(isMet) : actual.some(isMet);
}

function isNull({ values }: Condition, isAbsent: boolean, valuesOf: ValuesOf): boolean {
  return values.some((value) => nullOperator?.compile(value, valuesOf)?.(String(isAbsent)));
}
