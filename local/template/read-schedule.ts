import { parseExpression } from '../schedules/parse-expression.ts';
import type { Schedule, ScheduleTarget } from '../schedules/schedule.ts';
import { assertMayInvoke, functionArnOf } from './function-target.ts';
import type { JsonObject } from './json.ts';
import { attribute, type Fields, fieldsOf, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { FunctionResource } from './stack.ts';
import { TemplateError } from './template-error.ts';

/** Asynchronous invocations are always accepted here, so that nothing is left for these to do. */
const FOR_REFUSED_INVOCATIONS = ['DeadLetterConfig', 'RetryPolicy'];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html */
export function readSchedule(
  resolver: Resolver,
  resource: ResolvedResource,
  functions: readonly FunctionResource[],
): Schedule {
  const { properties } = resource;
  properties.allow(
    [
      'FlexibleTimeWindow',
      'GroupName',
      'Name',
      'ScheduleExpression',
      'ScheduleExpressionTimezone',
      'State',
      'Target',
    ],
    ['Description', 'KmsKeyArn'],
  );
  const window = properties.object('FlexibleTimeWindow');
  window.allow(['Mode']);
  only(window, 'Mode', 'OFF');
  only(properties, 'GroupName', 'default');
  only(properties, 'ScheduleExpressionTimezone', 'UTC');
  const target = properties.object('Target');
  target.allow(['Arn', 'Input'], ['RoleArn', ...FOR_REFUSED_INVOCATIONS]);
  return {
    ...commonOf(resolver, resource, 'scheduler'),
    targets: [targetOf(target, functions)],
  };
}

/**
 * A rule that has a schedule, which may have an event pattern besides: see `readEvents`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
 */
export function readScheduledRule(
  resolver: Resolver,
  resource: ResolvedResource,
  functions: readonly FunctionResource[],
): Schedule {
  const { properties } = resource;
  properties.allow(
    ['EventBusName', 'EventPattern', 'Name', 'ScheduleExpression', 'State', 'Targets'],
    ['Description', 'RoleArn', 'Tags'],
  );
  const path = `${properties.path}.Targets`;
  const targets = properties
    .objects('Targets')
    .map((target, index) => ruleTargetOf(target, `${path}[${index}]`, functions));
  const schedule = { ...commonOf(resolver, resource, 'events'), targets };
  for (const { functionArn } of targets) {
    const invocation = { functionArn, principal: 'events.amazonaws.com', sourceArn: schedule.arn };
    assertMayInvoke(invocation, functions, path);
  }
  return schedule;
}

function ruleTargetOf(
  json: JsonObject,
  path: string,
  functions: readonly FunctionResource[],
): ScheduleTarget {
  const target = fieldsOf(json, path);
  target.allow(['Arn', 'Input'], ['Id', ...FOR_REFUSED_INVOCATIONS]);
  return targetOf(target, functions);
}

function commonOf(
  resolver: Resolver,
  resource: ResolvedResource,
  service: Schedule['service'],
): Omit<Schedule, 'targets'> {
  const { properties } = resource;
  const identity = identityOf(resolver, resource);
  const expression = properties.text('ScheduleExpression');
  checkExpression(expression, service, `${properties.path}.ScheduleExpression`);
  return {
    name: identity.name,
    arn: attribute(identity, 'Arn'),
    expression,
    enabled: isEnabled(properties),
    service,
  };
}

function targetOf(target: Fields, functions: readonly FunctionResource[]): ScheduleTarget {
  const functionArn = functionArnOf(target, 'Arn', functions);
  const input = target.optionalText('Input');
  if (input === undefined) return { functionArn };
  try {
    JSON.parse(input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TemplateError(`${target.path}.Input`, `is not JSON (${reason}), which functions take alone`);
  }
  return { functionArn, input };
}

function isEnabled(properties: Fields): boolean {
  const state = properties.optionalText('State') ?? 'ENABLED';
  if (state === 'ENABLED' || state === 'DISABLED') return state === 'ENABLED';
  throw new TemplateError(`${properties.path}.State`, `must be ENABLED or DISABLED, not ${state}`);
}

function checkExpression(expression: string, service: Schedule['service'], path: string): void {
  try {
    parseExpression(expression, service === 'scheduler');
  } catch (error) {
    throw new TemplateError(path, error instanceof Error ? error.message : String(error));
  }
}

/** A property that may say the one thing that the laptop runtime does, or be absent. */
function only(fields: Fields, name: string, value: string): void {
  const text = fields.optionalText(name);
  if (text === undefined || text === value) return;
  throw new TemplateError(`${fields.path}.${name}`, `the laptop runtime knows ${value} alone, not ${text}`);
}
