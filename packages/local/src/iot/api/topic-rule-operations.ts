import { AwsError } from '../../aws.ts';
import { compileTopicFilter } from '../../mqtt/topic-filter.ts';
import type { RuleDefinition, RuleTags } from '../../rules/rule-definition.ts';
import { RuleError, SqlParseError } from '../../rules/rule-error.ts';
import type { TopicRule, TopicRules } from '../../rules/topic-rules.ts';
import { AlreadyExistsError, invalidRequest } from '../errors.ts';
import type { Input } from './input.ts';
import { epochSeconds, NOTHING, type Operations } from './operation.ts';
import { rulePage, TOKEN_MEMBERS } from './page.ts';
import { tagsOfHeader } from './tags.ts';

const PAYLOAD_MEMBERS = ['actions', 'awsIotSqlVersion', 'description', 'errorAction', 'ruleDisabled', 'sql'];

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreateTopicRule.html and its neighbours */
export const topicRuleOperations: Operations = {
  CreateTopicRule: {
    http: 'POST /rules/{ruleName}',
    members: [...PAYLOAD_MEMBERS, 'tags'],
    answer: (input, { topicRules }) => {
      const definition = definitionOf(input);
      const { ruleName } = definition;
      if (topicRules.find(ruleName) !== undefined) {
        const resource = { resourceId: ruleName, resourceArn: topicRules.arnOf(ruleName) };
        throw new AlreadyExistsError(`Rule with name ${ruleName} already exists.`, resource);
      }
      const tags = tagsOfHeader(input.optionalText('tags'));
      save(topicRules, definition, tags);
      return NOTHING;
    },
  },
  ReplaceTopicRule: {
    http: 'PATCH /rules/{ruleName}',
    members: PAYLOAD_MEMBERS,
    answer: (input, { topicRules }) => {
      ruleOf(input, topicRules);
      save(topicRules, definitionOf(input));
      return NOTHING;
    },
  },
  GetTopicRule: {
    http: 'GET /rules/{ruleName}',
    members: [],
    answer: (input, { topicRules }) => {
      const { definition, createdAtMs } = ruleOf(input, topicRules);
      const {
        isFromTemplate: _,
        awsIotSqlVersion = '2015-10-08',
        ruleDisabled = false,
        ...rest
      } = definition;
      const createdAt = epochSeconds(createdAtMs);
      return {
        ruleArn: topicRules.arnOf(definition.ruleName),
        rule: { ...rest, awsIotSqlVersion, ruleDisabled, createdAt },
      };
    },
  },
  ListTopicRules: {
    http: 'GET /rules',
    members: ['topic', 'ruleDisabled', ...TOKEN_MEMBERS],
    answer: (input, { topicRules }) => {
      const topic = input.optionalText('topic');
      const isDisabled =
        input.optionalText('ruleDisabled') === undefined ? undefined : input.flag('ruleDisabled');
      const found = topicRules
        .all()
        .map((rule) => listed(rule, topicRules))
        .filter(({ ruleDisabled }) => isDisabled === undefined || ruleDisabled === isDisabled)
        .filter(({ topicPattern }) => topic === undefined || reads(topicPattern, topic));
      const { items, next } = rulePage(found, input, ({ ruleName }) => ruleName);
      return { rules: items, ...next };
    },
  },
  EnableTopicRule: {
    http: 'POST /rules/{ruleName}/enable',
    members: [],
    answer: (input, { topicRules }) => {
      save(topicRules, { ...ruleOf(input, topicRules).definition, ruleDisabled: false });
      return NOTHING;
    },
  },
  DisableTopicRule: {
    http: 'POST /rules/{ruleName}/disable',
    members: [],
    answer: (input, { topicRules }) => {
      save(topicRules, { ...ruleOf(input, topicRules).definition, ruleDisabled: true });
      return NOTHING;
    },
  },
  /** A rule that is not there is deleted already. */
  DeleteTopicRule: {
    http: 'DELETE /rules/{ruleName}',
    members: [],
    answer: (input, { topicRules }) => {
      topicRules.delete(input.text('ruleName'));
      return NOTHING;
    },
  },
};

function definitionOf(input: Input): RuleDefinition {
  const description = input.optionalText('description');
  const errorAction = input.optionalJson('errorAction');
  return {
    ruleName: input.text('ruleName'),
    sql: input.text('sql'),
    ...(description === undefined ? {} : { description }),
    awsIotSqlVersion: input.optionalText('awsIotSqlVersion') ?? '2015-10-08',
    ruleDisabled: input.flag('ruleDisabled'),
    actions: input.jsons('actions'),
    ...(errorAction === undefined ? {} : { errorAction }),
  };
}

/** Of a rule that is not there, AWS IoT says no more than of one that others may see. */
function ruleOf(input: Input, topicRules: TopicRules): TopicRule {
  const ruleName = input.text('ruleName');
  const rule = topicRules.find(ruleName);
  if (rule !== undefined) return rule;
  throw new AwsError('UnauthorizedException', `Access to topic rule '${ruleName}' was denied`, 401);
}

function save(topicRules: TopicRules, definition: RuleDefinition, tags?: RuleTags): void {
  try {
    topicRules.save(definition, tags);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const { message } = error.of(definition.ruleName);
    throw error instanceof SqlParseError
      ? new AwsError('SqlParseException', message)
      : invalidRequest(message);
  }
}

function listed({ definition, createdAtMs }: TopicRule, topicRules: TopicRules) {
  const { ruleName, ruleDisabled = false } = definition;
  return {
    ruleArn: topicRules.arnOf(ruleName),
    ruleName,
    topicPattern: topicRules.topicFilterOf(ruleName),
    createdAt: epochSeconds(createdAtMs),
    ruleDisabled,
  };
}

/** "Lists the rules for the specific topic": those that read it, or whose filter it is. */
function reads(topicPattern: string | undefined, topic: string): boolean {
  return topicPattern !== undefined && (topicPattern === topic || compileTopicFilter(topicPattern)(topic));
}
