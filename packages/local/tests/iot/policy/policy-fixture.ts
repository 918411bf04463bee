import { compilePolicies, type Decision, type PolicyAction } from '../../../src/iot/policy/authorize.ts';
import { parsePolicy } from '../../../src/iot/policy/parse-policy.ts';

export const ARN = 'arn:aws:iot:us-east-1:123456789012:';

type Values = Readonly<Record<string, string | readonly string[]>>;

/** A statement with what most tests do not care about. */
export function statement(change: object): object {
  return { Effect: 'Allow', Action: 'iot:Publish', Resource: '*', ...change };
}

export function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** What policies decide on one request, of a connection with these variables. */
export function decide(
  policies: string | readonly string[],
  action: PolicyAction,
  resource: string,
  values: Values = {},
): Decision {
  const valuesOf = (key: string) => [values[key] ?? []].flat();
  const authorize = compilePolicies([policies].flat().map(parsePolicy), valuesOf);
  return authorize({ action, resource: `${ARN}${resource}` });
}

/** Whether a condition lets a publish pass. */
export function passes(condition: object, values: Values): boolean {
  return decide(policy(statement({ Condition: condition })), 'iot:Publish', 'topic/t', values) === 'ALLOWED';
}
