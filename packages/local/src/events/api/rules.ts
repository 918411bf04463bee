import { busArn, type Place, validationError } from '../event.ts';
import type { EventBus } from '../event-buses.ts';
import type { Rule, RuleState } from '../rule.ts';
import { readTarget } from '../target.ts';
import { epochSeconds, type Operation, PAGE_MEMBERS, pageOf, RULE_NAME } from './events.ts';

const NAME = { max: 256, pattern: /^[/.\-_A-Za-z0-9]+$/ };

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListEventBuses.html */
export const listEventBuses: Operation = (request, { buses }) => {
  request.allow('NamePrefix', ...PAGE_MEMBERS);
  const prefix = request.optionalText('NamePrefix', { max: 256 }) ?? '';
  const found = buses.buses.filter(({ name }) => name.startsWith(prefix));
  const { items, next } = pageOf(found, request);
  return { EventBuses: items.map((bus) => busDescription(bus, buses.place)), ...next };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html */
export const describeEventBus: Operation = (request, { buses }) => {
  request.allow('Name');
  return busDescription(buses.bus(request.optionalText('Name', { max: 1600 })), buses.place);
};

/** A bus that is not there is deleted, too. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html */
export const deleteEventBus: Operation = (request, { buses }) => {
  request.allow('Name');
  buses.deleteBus(request.text('Name', NAME));
  return {};
};

function busDescription({ name, description, creationTimeMs }: EventBus, place: Place): object {
  return {
    Name: name,
    Arn: busArn(place, name),
    Description: description,
    CreationTime: epochSeconds(creationTimeMs),
    LastModifiedTime: epochSeconds(creationTimeMs),
  };
}

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
  return { Rules: items.map(describeOf), ...next };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */
export const describeRule: Operation = (request, { buses }) => {
  request.allow('EventBusName', 'Name');
  return describeOf(buses.rule(request.text('Name', RULE_NAME), request.optionalText('EventBusName')));
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
function describeOf({ arn, settings }: Rule): object {
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

const MAX_TARGETS_AT_ONCE = 100;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
export const putTargets: Operation = (request, { buses }) => {
  request.allow('EventBusName', 'Rule', 'Targets');
  const rule = buses.rule(request.text('Rule', RULE_NAME), request.optionalText('EventBusName'));
  rule.putTargets(request.objects('Targets', MAX_TARGETS_AT_ONCE).map(readTarget));
  return { FailedEntryCount: 0, FailedEntries: [] };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html */
export const removeTargets: Operation = (request, { buses }) => {
  request.allow('EventBusName', 'Force', 'Ids', 'Rule');
  const rule = buses.rule(request.text('Rule', RULE_NAME), request.optionalText('EventBusName'));
  const ids = request.optionalTexts('Ids') ?? [];
  if (ids.length === 0) throw validationError('Parameter(s) Ids must be specified.');
  const FailedEntries = ids
    .filter((id) => !rule.removeTarget(id))
    .map((id) => ({
      TargetId: id,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Rule ${rule.settings.name} has no target ${id}.`,
    }));
  return { FailedEntryCount: FailedEntries.length, FailedEntries };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html */
export const listTargetsByRule: Operation = (request, { buses }) => {
  request.allow('EventBusName', 'Rule', ...PAGE_MEMBERS);
  const rule = buses.rule(request.text('Rule', RULE_NAME), request.optionalText('EventBusName'));
  const { items, next } = pageOf(rule.targets, request);
  return { Targets: items.map(({ json }) => json), ...next };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html */
export const listRuleNamesByTarget: Operation = (request, { buses }) => {
  request.allow('EventBusName', 'TargetArn', ...PAGE_MEMBERS);
  const arn = request.text('TargetArn', { max: 1600 });
  const { rules } = buses.bus(request.optionalText('EventBusName', { max: 1600 }));
  const names = [...rules.values()]
    .filter(({ targets }) => targets.some((target) => target.arn === arn))
    .map(({ settings }) => settings.name)
    .sort();
  const { items, next } = pageOf(names, request);
  return { RuleNames: items, ...next };
};
