import { isObject, type Json } from './json.ts';
import type { Resolver } from './resolver.ts';
import { TemplateError } from './template-error.ts';

export const CONDITION_FUNCTIONS = ['Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals'] as const;

/**
 * Evaluates a condition: `Fn::And`, `Fn::Or`, `Fn::Not`, `Fn::Equals`, `Condition`. Throws {@link TemplateError}.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function resolveCondition(resolver: Resolver, condition: Json, path: string): boolean {
  const [name, argument = null] = isObject(condition) ? (Object.entries(condition)[0] ?? []) : [];
  switch (name) {
    case 'Condition':
      return resolver.condition(String(argument), path);
    case 'Fn::Equals':
      return areEqual(resolver, argument, `${path}.Fn::Equals`);
    case 'Fn::And':
      return operands(resolver, argument, `${path}.Fn::And`).every((holds) => holds);
    case 'Fn::Or':
      return operands(resolver, argument, `${path}.Fn::Or`).some((holds) => holds);
    case 'Fn::Not': {
      const [holds, ...others] = operands(resolver, argument, `${path}.Fn::Not`);
      if (holds === undefined || others.length > 0)
        throw new TemplateError(path, 'Fn::Not takes one condition');
      return !holds;
    }
    default:
      throw new TemplateError(path, `is not a condition (${CONDITION_FUNCTIONS.join(', ')}, Condition)`);
  }
}

function operands(resolver: Resolver, argument: Json, path: string): readonly boolean[] {
  if (!Array.isArray(argument)) throw new TemplateError(path, 'takes a list of conditions');
  return argument.map((one: Json, index) => resolveCondition(resolver, one, `${path}[${index}]`));
}

function areEqual(resolver: Resolver, argument: Json, path: string): boolean {
  const values = resolver.resolve(argument, path);
  if (!Array.isArray(values) || values.length !== 2)
    throw new TemplateError(path, 'takes a list of two values');
  // CloudFormation compares as text: a parameter's "1" equals a literal 1.
  const [one, other] = values.map((value: Json) => (isScalar(value) ? String(value) : JSON.stringify(value)));
  return one === other;
}

function isScalar(value: Json): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
