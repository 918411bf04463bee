import { AwsError } from '../aws.ts';
import { busNameOf, DEFAULT_BUS } from '../events/event.ts';
import {
  type ArchiveResource,
  checkSchedule,
  compileEventPattern,
  type EventBusResource,
  type EventsResources,
  MAX_TARGETS,
  type RuleResource,
  type RuleState,
} from '../events/rule.ts';
import { readTarget, type Target } from '../events/target.ts';
import { permits } from '../lambda/definition.ts';
import type { LogGroupSettings } from '../logs/log-group.ts';
import { Members } from '../protocol/members.ts';
import { parseExpression } from '../schedules/parse-expression.ts';
import type { Schedule, ScheduleTarget } from '../schedules/schedules.ts';
import { attribute, type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { FunctionResource, QueueResource, StateMachineResource } from './stack.ts';
import { TemplateError } from './template.ts';

/** The ARN of the template's function that the field names or gives the unqualified ARN of. */
export function functionArnOf(fields: Fields, field: string, functions: readonly FunctionResource[]): string {
  const reference = fields.text(field);
  const found = functions.find(({ arn, functionName }) => [arn, functionName].includes(reference));
  if (found !== undefined) return found.arn;
  throw new TemplateError(
    `${fields.path}.${field}`,
    `must be a function of the template, without a version or an alias, and ${reference} is none`,
  );
}

/** What a service does in the name of a resource: invoke a function. */
export interface Invocation {
  readonly functionArn: string;
  /** `events.amazonaws.com` … */
  readonly principal: string;
  /** The rule, the topic … */
  readonly sourceArn: string;
}

/** Without a permission, AWS would drop what is sent. */
function assertMayInvoke(
  { functionArn, principal, sourceArn }: Invocation,
  functions: readonly FunctionResource[],
  path: string,
): void {
  const permissions = functions.find(({ arn }) => arn === functionArn)?.permissions ?? [];
  const accountId = sourceArn.split(':')[4] ?? '';
  if (permissions.some((permission) => permits(permission, { principal, sourceArn, accountId }))) return;
  throw new TemplateError(
    path,
    `no AWS::Lambda::Permission lets ${principal} invoke ${functionArn} for ${sourceArn}: add one`,
  );
}

/** What rules can refer to. */
interface RuleEnds {
  readonly functions: readonly FunctionResource[];
  readonly queues: readonly Pick<QueueResource, 'arn'>[];
  readonly stateMachines: readonly Pick<StateMachineResource, 'arn'>[];
  readonly logGroups: readonly LogGroupSettings[];
}

/** Reads what a template has of EventBridge. */
export function readEvents(
  resolver: Resolver,
  ofType: (type: string) => readonly ResolvedResource[],
  ends: RuleEnds,
): EventsResources {
  const eventBuses = ofType('AWS::Events::EventBus').map((resource) => readEventBus(resolver, resource));
  const buses = [DEFAULT_BUS, ...eventBuses.map(({ name }) => name)];
  const rules = ofType('AWS::Events::Rule').map((resource) => readRule(resolver, resource, buses, ends));
  const archives = ofType('AWS::Events::Archive').map((resource) => readArchive(resolver, resource, buses));
  return { eventBuses, rules, archives };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html */
function readEventBus(resolver: Resolver, resource: ResolvedResource): EventBusResource {
  const { logicalId, properties } = resource;
  properties.allow(
    ['Description', 'Name'],
    ['DeadLetterConfig', 'KmsKeyIdentifier', 'LogConfig', 'Policy', 'Tags'],
  );
  return { logicalId, name: identityOf(resolver, resource).name, ...descriptionOf(properties) };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
function readRule(
  resolver: Resolver,
  resource: ResolvedResource,
  buses: readonly string[],
  ends: RuleEnds,
): RuleResource {
  const { properties } = resource;
  properties.allow(
    [
      'Description',
      'EventBusName',
      'EventPattern',
      'Name',
      'RoleArn',
      'ScheduleExpression',
      'State',
      'Targets',
    ],
    ['Tags'],
  );
  const identity = identityOf(resolver, resource);
  const pattern = eventPatternOf(properties);
  const scheduleExpression = properties.optionalText('ScheduleExpression');
  const eventBusName = busOf(resolver, properties, 'EventBusName', buses);
  if (pattern.eventPattern === undefined && scheduleExpression === undefined) {
    throw new TemplateError(properties.path, 'must have an EventPattern or a ScheduleExpression');
  }
  if (scheduleExpression !== undefined) {
    const schedule = { scheduleExpression, eventBusName };
    asTemplateError(`${properties.path}.ScheduleExpression`, () => checkSchedule(schedule));
  }
  const roleArn = properties.optionalText('RoleArn');
  return {
    name: identity.name,
    eventBusName,
    state: stateOf(properties),
    targets: targetsOf(properties, attribute(identity, 'Arn'), ends),
    ...pattern,
    ...descriptionOf(properties),
    ...(scheduleExpression === undefined ? {} : { scheduleExpression }),
    ...(roleArn === undefined ? {} : { roleArn }),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html */
function readArchive(
  resolver: Resolver,
  resource: ResolvedResource,
  buses: readonly string[],
): ArchiveResource {
  const { properties } = resource;
  properties.allow(
    ['ArchiveName', 'Description', 'EventPattern', 'RetentionDays', 'SourceArn'],
    ['KmsKeyIdentifier'],
  );
  properties.text('SourceArn');
  return {
    archiveName: identityOf(resolver, resource).name,
    eventBusName: busOf(resolver, properties, 'SourceArn', buses),
    retentionDays: properties.optionalNumber('RetentionDays') ?? 0,
    ...eventPatternOf(properties),
    ...descriptionOf(properties),
  };
}

function descriptionOf(properties: Fields): { readonly description?: string } {
  const description = properties.optionalText('Description');
  return description === undefined ? {} : { description };
}

function busOf(resolver: Resolver, properties: Fields, field: string, buses: readonly string[]): string {
  const reference = properties.optionalText(field) ?? DEFAULT_BUS;
  const name = busNameOf(reference, resolver.environment);
  if (name !== undefined && buses.includes(name)) return name;
  throw new TemplateError(
    `${properties.path}.${field}`,
    `must be an event bus of the template or the default one, and ${reference} is neither`,
  );
}

function eventPatternOf(properties: Fields): { readonly eventPattern?: string } {
  const pattern = properties.json['EventPattern'];
  if (pattern === undefined) return {};
  const eventPattern = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
  asTemplateError(`${properties.path}.EventPattern`, () => compileEventPattern(eventPattern));
  return { eventPattern };
}

function stateOf(properties: Fields): RuleState {
  const state = properties.optionalText('State') ?? 'ENABLED';
  if (state === 'ENABLED' || state === 'DISABLED') return state;
  throw new TemplateError(`${properties.path}.State`, `must be ENABLED or DISABLED, not ${state}`);
}

function targetsOf(properties: Fields, ruleArn: string, ends: RuleEnds): readonly Target[] {
  if (properties.json['Targets'] === undefined) return [];
  const targets = properties.objects('Targets');
  if (targets.length > MAX_TARGETS) {
    throw new TemplateError(`${properties.path}.Targets`, `must be ${MAX_TARGETS} targets at most`);
  }
  return targets.map((json, index) => {
    const path = `${properties.path}.Targets[${index}]`;
    const target = asTemplateError(path, () => readTarget(new Members(json)));
    assertKnown(target, `${path}.Arn`, ends);
    if (target.kind === 'function') {
      const invocation = { functionArn: target.arn, principal: 'events.amazonaws.com', sourceArn: ruleArn };
      assertMayInvoke(invocation, ends.functions, `${path}.Arn`);
    }
    assertQueue(target.deadLetterQueueArn, `${path}.DeadLetterConfig.Arn`, ends);
    return target;
  });
}

/** What is not of the template is not there, or not made as it is on AWS. */
function assertKnown({ arn, kind }: Target, path: string, ends: RuleEnds): void {
  const known = {
    function: ends.functions,
    queue: ends.queues,
    stateMachine: ends.stateMachines,
    logGroup: ends.logGroups.map(({ logGroupName }) => ({ arn: logGroupName })),
  }[kind];
  const reference = kind === 'logGroup' ? arn.split(':').slice(6).join(':') : arn;
  if (known.some((one) => one.arn === reference)) return;
  throw new TemplateError(
    path,
    `must be a function, a queue, a state machine or a log group of the template, and ${arn} is none`,
  );
}

function assertQueue(arn: string | undefined, path: string, { queues }: RuleEnds): void {
  if (arn === undefined || queues.some((queue) => queue.arn === arn)) return;
  throw new TemplateError(path, `must be a queue of the template, and ${arn} is none`);
}

/** The API's own words, said of a place in the template. */
function asTemplateError<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AwsError) throw new TemplateError(path, error.message);
    throw error;
  }
}

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
