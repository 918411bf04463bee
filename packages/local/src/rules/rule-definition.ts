import type { JsonObject } from '../template/template.ts';

/** A rule, as API_TopicRulePayload has it. */
export interface RuleDefinition {
  readonly ruleName: string;
  readonly sql: string;
  readonly description?: string;
  /** 2015-10-08 when it is left out, by the API and by CloudFormation. */
  readonly awsIotSqlVersion?: string;
  /** False when it is left out. */
  readonly ruleDisabled?: boolean;
  /** In the API's shape, each with one key that names it: `{ lambda: { functionArn } }`, `{ sqs: { … } }` … */
  readonly actions: readonly JsonObject[];
  readonly errorAction?: JsonObject;
  /** Whether CloudFormation has made it, which takes substitution templates in fewer parameters; false when absent. */
  readonly isFromTemplate?: boolean;
}

/** Tags of a rule, by their keys. */
export type RuleTags = Readonly<Record<string, string>>;
