import { busArn, busNameOf, DEFAULT_BUS, eventsArn, ruleArn } from '../events/arns.ts';
import { arnOf } from './environment.ts';
import { type Identify, type Naming, uuidOf } from './naming.ts';
import type { ResourceIdentity } from './resource-identity.ts';

/** Where events come from: tables' streams, the mappings that read them, event buses, and schedules. */
export const eventSourceIdentities: readonly (readonly [type: string, identify: Identify])[] = [
  ['AWS::DynamoDB::Table', table],
  ['AWS::Events::Archive', archive],
  ['AWS::Events::EventBus', eventBus],
  ['AWS::Events::Rule', eventRule],
  ['AWS::Lambda::EventSourceMapping', eventSourceMapping],
  ['AWS::Scheduler::Schedule', schedule],
];

/**
 * A stream is labelled with the time of its making, which is not known before the engine has made it: the label of
 * the template's stream is a time that no real one has.
 */
const STREAM_LABEL = '1970-01-01T00:00:00.000';

function table(naming: Naming): ResourceIdentity {
  const name = naming.property('TableName') ?? naming.generatedName;
  const arn = arnOf(naming.environment, 'dynamodb', `table/${name}`);
  const stream = { StreamArn: `${arn}/stream/${STREAM_LABEL}` };
  return { name, ref: name, attributes: { Arn: arn, ...(naming.has('StreamSpecification') ? stream : {}) } };
}

/** A rule of another bus than the default one is referred to by both; its bus is given by name or ARN. */
function eventRule(naming: Naming): ResourceIdentity {
  const { environment } = naming;
  const name = naming.property('Name') ?? naming.generatedName;
  const reference = naming.property('EventBusName') ?? DEFAULT_BUS;
  const bus = busNameOf(reference, environment) ?? reference;
  const ref = bus === DEFAULT_BUS ? name : `${bus}|${name}`;
  return { name, ref, attributes: { Arn: ruleArn(environment, bus, name) } };
}

function eventBus(naming: Naming): ResourceIdentity {
  const name = naming.property('Name') ?? naming.generatedName;
  return { name, ref: name, attributes: { Arn: busArn(naming.environment, name), Name: name } };
}

function archive(naming: Naming): ResourceIdentity {
  const name = naming.property('ArchiveName') ?? naming.generatedName;
  const arn = eventsArn(naming.environment, `archive/${name}`);
  return { name, ref: name, attributes: { Arn: arn, ArchiveName: name } };
}

function eventSourceMapping(naming: Naming): ResourceIdentity {
  const id = uuidOf(naming);
  const arn = arnOf(naming.environment, 'lambda', `event-source-mapping:${id}`);
  return { name: id, ref: id, attributes: { Id: id, EventSourceMappingArn: arn } };
}

/** Of the default schedule group. */
function schedule(naming: Naming): ResourceIdentity {
  const name = naming.property('Name') ?? naming.generatedName;
  const arn = arnOf(naming.environment, 'scheduler', `schedule/default/${name}`);
  return { name, ref: name, attributes: { Arn: arn } };
}
