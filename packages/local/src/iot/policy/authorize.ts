import { type Condition, holds } from './condition.ts';
import type { PolicyDocument, Statement } from './parse-policy.ts';
import { compilePattern, type TextMatch, type ValuesOf } from './template.ts';

/** What a client does with the message broker. Source: AWS IoT developer guide, "AWS IoT Core policy actions". */
const POLICY_ACTIONS = [
  'iot:Connect',
  'iot:Publish',
  'iot:Receive',
  'iot:RetainPublish',
  'iot:Subscribe',
] as const;
export type PolicyAction = (typeof POLICY_ACTIONS)[number];

interface AuthorizationRequest {
  readonly action: PolicyAction;
  /** An ARN: `…:client/{clientId}`, `…:topic/{topic}` or `…:topicfilter/{topicFilter}`. */
  readonly resource: string;
  /** Keys of this one request, beside those of the connection. */
  readonly values?: ReadonlyMap<string, readonly string[]> | undefined;
}

export type Decision = 'ALLOWED' | 'EXPLICIT_DENY' | 'IMPLICIT_DENY';

/** Decides one request after another, with the policies and the variables that it was made from. */
export type Authorize = (request: AuthorizationRequest) => Decision;

interface Rule {
  readonly resources: readonly TextMatch[];
  readonly conditions: readonly Condition[];
}

interface Rules {
  readonly deny: readonly Rule[];
  readonly allow: readonly Rule[];
}

/**
 * Prepares policies for one connection: its variables are filled in once. An explicit deny overrides every allow, and
 * what nothing allows is denied. Source: AWS IoT developer guide, "AWS IoT Core policies".
 */
export function compilePolicies(policies: readonly PolicyDocument[], valuesOf: ValuesOf): Authorize {
  const statements = policies.flatMap((policy) => policy.statements);
  const rules = new Map(POLICY_ACTIONS.map((action) => [action, rulesFor(action, statements, valuesOf)]));
  return ({ action, resource, values }) => {
    const { deny = [], allow = [] } = rules.get(action) ?? {};
    const valuesOfRequest: ValuesOf =
      values === undefined ? valuesOf : (key) => values.get(key) ?? valuesOf(key);
    const applies = (rule: Rule) =>
      rule.resources.some((matches) => matches(resource)) &&
      rule.conditions.every((condition) => holds(condition, valuesOfRequest));
    if (deny.some(applies)) return 'EXPLICIT_DENY';
    return allow.some(applies) ? 'ALLOWED' : 'IMPLICIT_DENY';
  };
}

function rulesFor(action: PolicyAction, statements: readonly Statement[], valuesOf: ValuesOf): Rules {
  const name = action.toLowerCase();
  const matching = statements.filter(({ actions }) => actions.some((matches) => matches(name)));
  const ofEffect = (effect: Statement['effect']) =>
    matching
      .filter((statement) => statement.effect === effect)
      .map(({ resources, conditions }) => ({
        resources: resources
          .map((resource) => compilePattern(resource, valuesOf))
          .filter((matches) => matches !== undefined),
        conditions,
      }));
  return { deny: ofEffect('Deny'), allow: ofEffect('Allow') };
}
