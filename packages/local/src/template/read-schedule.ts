import { parseExpression } from '../schedules/parse-expression.ts';
import type { Schedule, ScheduleTarget } from '../schedules/schedule.ts';
import { functionArnOf } from './function-target.ts';
import { attribute, type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
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
    ...commonOf(resolver, resource),
    targets: [targetOf(target, functions)],
  };
}

function commonOf(resolver: Resolver, resource: ResolvedResource): Omit<Schedule, 'targets'> {
  const { properties } = resource;
  const identity = identityOf(resolver, resource);
  const expression = properties.text('ScheduleExpression');
  checkExpression(expression, `${properties.path}.ScheduleExpression`);
  return {
    name: identity.name,
    arn: attribute(identity, 'Arn'),
    expression,
    enabled: isEnabled(properties),
    service: 'scheduler',
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

function checkExpression(expression: string, path: string): void {
  try {
    parseExpression(expression, true);
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
