import { AwsError } from '../aws.ts';
import { busNameOf, DEFAULT_BUS } from '../events/arns.ts';
import type {
  ArchiveResource,
  EventBusResource,
  EventsResources,
  RuleResource,
  RuleState,
} from '../events/resources.ts';
import { checkSchedule, compileEventPattern, MAX_TARGETS } from '../events/rule.ts';
import { readTarget, type Target } from '../events/target.ts';
import type { LogGroupSettings } from '../logs/log-group.ts';
import { Members } from '../protocol/members.ts';
import { assertMayInvoke } from './function-target.ts';
import { attribute, type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { FunctionResource, QueueResource, StateMachineResource } from './stack.ts';
import { TemplateError } from './template-error.ts';

/** What rules can refer to. */
export interface RuleEnds {
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
