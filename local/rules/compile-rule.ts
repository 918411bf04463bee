import { compileTopicFilter, isTopicFilter, type TopicMatch } from '../mqtt/topic-filter.ts';
import { checkStatement } from './check-statement.ts';
import { type ActionContext, type CompiledAction, compileAction } from './compile-action.ts';
import { compileStatement, type EvaluateStatement } from './compile-statement.ts';
import { parseStatement, tooDeep } from './parse-sql.ts';
import type { RuleDefinition } from './rule-definition.ts';
import { RuleError } from './rule-error.ts';

const SQL_VERSION = '2016-03-23';
const MAX_ACTIONS = 10;

/** A rule that is ready to run. */
export interface CompiledRule {
  readonly ruleName: string;
  readonly disabled: boolean;
  readonly matches: TopicMatch;
  readonly evaluate: EvaluateStatement;
  readonly actions: readonly CompiledAction[];
  readonly errorAction: CompiledAction | undefined;
}

/** Compiles a rule, and checks it also when it is disabled. Throws {@link RuleError}, naming the rule. */
export function compileRule(
  definition: RuleDefinition,
  contextOf: (ruleName: string) => Omit<ActionContext, 'variables'>,
): CompiledRule {
  const { ruleName } = definition;
  try {
    return compile(definition, contextOf(ruleName));
  } catch (error) {
    const cause = tooDeep(error);
    throw cause instanceof RuleError ? cause.of(ruleName) : cause;
  }
}

function compile(definition: RuleDefinition, context: Omit<ActionContext, 'variables'>): CompiledRule {
  const { ruleName, sql, awsIotSqlVersion, actions, errorAction, ruleDisabled = false } = definition;
  checkVersion(awsIotSqlVersion);
  if (actions.length > MAX_ACTIONS)
    throw new RuleError(`it has ${actions.length} actions; a rule may have 10`);

  const statement = parseStatement(sql);
  checkStatement(statement);
  const variables = statement.variables.map(({ name }) => name);
  const compileOne = (action: object): CompiledAction => compileAction(action, { ...context, variables });
  return {
    ruleName,
    disabled: ruleDisabled,
    // Without FROM, a rule is reached by Basic Ingest alone.
    matches: statement.from === null ? () => false : compileFilter(statement.from),
    evaluate: compileStatement(statement),
    actions: actions.map(compileOne),
    errorAction: errorAction === undefined ? undefined : compileOne(errorAction),
  };
}

function compileFilter(filter: string): TopicMatch {
  if (/^\$aws\/rules(\/|$)/.test(filter)) {
    throw new RuleError(
      "rules can't read Basic Ingest topics ($aws/rules/…); leave FROM out, or name others",
    );
  }
  if (!isTopicFilter(filter)) {
    throw new RuleError(
      `the topic filter '${filter}' is not valid; + stands for a whole level, # for the last levels`,
    );
  }
  return compileTopicFilter(filter);
}

function checkVersion(version: string | undefined): void {
  if (version === SQL_VERSION) return;
  const given = version === undefined ? '2015-10-08, which is the default,' : version;
  throw new RuleError(`SQL version ${given} is not run here; set AwsIotSqlVersion to '${SQL_VERSION}'`);
}
