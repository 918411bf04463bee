import { validationError } from '../errors.ts';
import { readTarget } from '../target.ts';
import { type Operation, RULE_NAME } from './operation.ts';
import { PAGE_MEMBERS, pageOf } from './page.ts';

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
