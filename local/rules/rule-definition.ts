import { RuleError } from './rule-error.ts';

/** A rule, as `AWS::IoT::TopicRule` has it, resolved. The actions keep CloudFormation's shape. */
export interface RuleDefinition {
  readonly ruleName: string;
  readonly sql: string;
  /** Left out, it is 2015-10-08 for CloudFormation, which is not run here. */
  readonly awsIotSqlVersion?: string;
  readonly ruleDisabled?: boolean;
  /** Each with one key that names it: `{ Lambda: { FunctionArn } }`, `{ Sqs: { … } }`, `{ Republish: { … } }`. */
  readonly actions: readonly object[];
  readonly errorAction?: object;
}

const payloadKeys = ['Sql', 'AwsIotSqlVersion', 'RuleDisabled', 'Actions', 'ErrorAction', 'Description'];

/**
 * Reads the property TopicRulePayload of a resolved `AWS::IoT::TopicRule`. Throws {@link RuleError} for what is
 * missing, of the wrong type or unknown. Source: CloudFormation, "AWS::IoT::TopicRule TopicRulePayload".
 */
export function readRuleDefinition(
  ruleName: string,
  topicRulePayload: Readonly<Record<string, unknown>>,
): RuleDefinition {
  const unknown = Object.keys(topicRulePayload).find((key) => !payloadKeys.includes(key));
  if (unknown !== undefined) {
    throw new RuleError(`TopicRulePayload has no property ${unknown}; take it out`).of(ruleName);
  }
  const { Sql, AwsIotSqlVersion, RuleDisabled, Actions, ErrorAction } = topicRulePayload;
  if (typeof Sql !== 'string') throw new RuleError('Sql is missing; write the statement').of(ruleName);
  if (!Array.isArray(Actions) || !Actions.every(isObject)) {
    throw new RuleError('Actions must be a list of actions').of(ruleName);
  }
  return {
    ruleName,
    sql: Sql,
    actions: Actions,
    ...(AwsIotSqlVersion === undefined ? {} : { awsIotSqlVersion: String(AwsIotSqlVersion) }),
    // Templates may write booleans as text.
    ruleDisabled: String(RuleDisabled) === 'true',
    ...(isObject(ErrorAction) ? { errorAction: ErrorAction } : {}),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
