import type { JsonObject } from '../template/template.ts';

/** A rule, as API_TopicRulePayload has it. */
export interface RuleDefinition {
  readonly ruleName: string;
  readonly sql: string;
  readonly description?: string;
  /** 2015-10-08 when it is left out. */
  readonly awsIotSqlVersion?: string;
  /** False when it is left out. */
  readonly ruleDisabled?: boolean;
  /** In the API's shape, each with one key that names it: `{ lambda: { functionArn } }`, `{ sqs: { … } }` … */
  readonly actions: readonly JsonObject[];
  readonly errorAction?: JsonObject;
}
