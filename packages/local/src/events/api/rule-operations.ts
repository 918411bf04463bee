import { validationError } from '../errors.ts';
import type { RuleState } from '../resources.ts';
import type { Rule } from '../rule.ts';
import { type Operation, RULE_NAME } from './operation.ts';
import { PAGE_MEMBERS, pageOf } from './page.ts';

const MAX_PATTERN_LENGTH = 4096;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
export const listRules: Operation = (request, { buses }) => {
  request.allow('EventBusName', 'NamePrefix', ...PAGE_MEMBERS);
  const prefix = request.optionalText('NamePrefix', { max: 64 }) ?? '';
  const rules = [...buses.bus(request.optionalText('EventBusName', { max: 1600 })).rules.values()];
  const found = rules
    .filter(({ settings }) => settings.name.startsWith(prefix))
    .sort((one, other) => (one.settings.name < other.settings.name ? -1 : 1));
  const { items, next } = pageOf(found, request);
  return { Rules: items.map(describe), ...next };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */
export const describeRule: Operation = (request, { buses }) => {
  request.allow('EventBusName', 'Name');
  return describe(buses.rule(request.text('Name', RULE_NAME), request.optionalText('EventBusName')));
};

/**
 * Tags are refused, since nothing here reads them.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
export const putRule: Operation = (request, { buses }) => {
  request.allow(
    'Description',
    'EventBusName',
    'EventPattern',
    'Name',
    'RoleArn',
    'ScheduleExpression',
    'State',
  );
  const name = request.text('Name', RULE_NAME);
  const eventPattern = request.optionalText('EventPattern', { min: 0, max: MAX_PATTERN_LENGTH });
  const scheduleExpression = request.optionalText('ScheduleExpression', { min: 0, max: 256 });
  if (!eventPattern && !scheduleExpression) {
    throw validationError('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  const description = request.optionalText('Description', { min: 0, max: 512 });
  const roleArn = request.optionalText('RoleArn', { max: 1600 });
  const bus = buses.bus(request.optionalText('EventBusName', { max: 1600 }));
  const rule = buses.putRule({
    name,
    eventBusName: bus.name,
    state: request.optionalEnum<RuleState>('State', ['ENABLED', 'DISABLED']) ?? 'ENABLED',
    ...(eventPattern ? { eventPattern } : {}),
    ...(scheduleExpression ? { scheduleExpression } : {}),
    ...(description === undefined ? {} : { description }),
    ...(roleArn === undefined ? {} : { roleArn }),
  });
  return { RuleArn: rule.arn };
};

/** A rule that is not there is deleted, too. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html */
export const deleteRule: Operation = (request, { buses }) => {
  request.allow('EventBusName', 'Force', 'Name');
  const { rules } = buses.bus(request.optionalText('EventBusName', { max: 1600 }));
  const rule = rules.get(request.text('Name', RULE_NAME));
  if (rule !== undefined && rule.targets.length > 0) {
    throw validationError("Rule can't be deleted since it has targets.");
  }
  if (rule !== undefined) buses.deleteRule(rule);
  return {};
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html */
export const enableRule: Operation = (request, context) => setState(request, context, 'ENABLED');

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html */
export const disableRule: Operation = (request, context) => setState(request, context, 'DISABLED');

function setState(...[request, { buses }, state]: [...Parameters<Operation>, RuleState]): object {
  request.allow('EventBusName', 'Name');
  const rule = buses.rule(request.text('Name', RULE_NAME), request.optionalText('EventBusName'));
  rule.setState(state);
  return {};
}

/** Members that are undefined are left out. */
function describe({ arn, settings }: Rule): object {
  return {
    Name: settings.name,
    Arn: arn,
    EventPattern: settings.eventPattern,
    ScheduleExpression: settings.scheduleExpression,
    State: settings.state,
    Description: settings.description,
    RoleArn: settings.roleArn,
    EventBusName: settings.eventBusName,
  };
}
