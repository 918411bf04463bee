import { isTopicFilter } from '../mqtt/topics.ts';
import type { JsonObject } from '../template/template.ts';
import type { ActionContext, CompiledAction } from './actions/action.ts';
import { compileAction } from './actions/actions.ts';
import { checkStatement } from './check-statement.ts';
import { compileStatement, type EvaluateStatement } from './compile-statement.ts';
import { parseStatement, tooDeep } from './parse-sql.ts';
import { RuleError } from './rule-error.ts';
import type { StatementNode } from './syntax.ts';

/** By the API and by CloudFormation. */
const DEFAULT_VERSION = '2015-10-08';
/** The one that is run here. */
const VERSION = '2016-03-23';
/** https://docs.aws.amazon.com/iot/latest/apireference/API_TopicRulePayload.html */
const MAX_ACTIONS = 10;
const RULE_NAME = /^[a-zA-Z0-9_]{1,128}$/;
/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html, "Rule size" */
const MAX_RULE_BYTES = 256 * 1024;

/** A rule that is ready to run. */
export interface CompiledRule {
  readonly ruleName: string;
  /** Of FROM; absent for a rule that Basic Ingest alone reaches. */
  readonly topicFilter: string | undefined;
  readonly evaluate: EvaluateStatement;
  readonly actions: readonly CompiledAction[];
  readonly errorAction: CompiledAction | undefined;
}

/**
 * Compiles a rule, also a disabled one. Throws {@link RuleError} for what can't be run.
 */
export function compileRule(
  definition: RuleDefinition,
  context: Omit<ActionContext, 'variables'>,
): CompiledRule {
  const { ruleName, actions, errorAction } = definition;
  checkForm(definition);
  const statement = readStatement(definition);
  const variables = statement.variables.map(({ name }) => name);
  const compileOne = (action: JsonObject): CompiledAction => compileAction(action, { ...context, variables });
  try {
    return {
      ruleName,
      topicFilter: statement.from ?? undefined,
      evaluate: compileStatement(statement),
      actions: actions.map(compileOne),
      errorAction: errorAction === undefined ? undefined : compileOne(errorAction),
    };
  } catch (error) {
    throw tooDeep(error);
  }
}

function checkForm(definition: RuleDefinition): void {
  const { ruleName, actions, awsIotSqlVersion = DEFAULT_VERSION } = definition;
  if (awsIotSqlVersion !== VERSION) {
    throw new RuleError(
      `SQL version ${awsIotSqlVersion} is not run here; set AwsIotSqlVersion to '${VERSION}'`,
    );
  }
  if (!RULE_NAME.test(ruleName)) {
    throw new RuleError(
      `the name must have 1 to 128 of the characters a-z, A-Z, 0-9 and _, unlike ${ruleName}`,
    );
  }
  if (actions.length > MAX_ACTIONS) {
    throw new RuleError(`it has ${actions.length} actions; a rule may have ${MAX_ACTIONS}`);
  }
  if (Buffer.byteLength(JSON.stringify(definition)) > MAX_RULE_BYTES) {
    throw new RuleError('it has more than 256 KB; make the statement or the actions shorter');
  }
}

function readStatement({ sql }: RuleDefinition): StatementNode {
  try {
    const statement = parseStatement(sql);
    checkStatement(statement);
    if (statement.from !== null) checkFilter(statement.from);
    return statement;
  } catch (thrown) {
    throw tooDeep(thrown);
  }
}

function checkFilter(filter: string): void {
  if (!isTopicFilter(filter)) {
    throw new RuleError(
      `the topic filter '${filter}' is not valid; + stands for a whole level, # for the last levels`,
    );
  }
}

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
