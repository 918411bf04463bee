import { AwsError } from '../aws.ts';
import { Members } from '../protocol/members.ts';
import type { EventSourceMapping } from '../streams/event-source-mapping.ts';
import { type MappingEnds, readMapping } from '../streams/read-mapping.ts';
import { functionArnOf } from './function-target.ts';
import { attribute, type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { FunctionResource, QueueResource, TableResource } from './stack.ts';
import { TemplateError } from './template-error.ts';

/** What a mapping can refer to. */
export interface MappingResources {
  readonly functions: readonly FunctionResource[];
  readonly tables: readonly TableResource[];
  readonly queues: readonly QueueResource[];
}

/**
 * A mapping from the stream of a table of the template, or from one of its queues.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
export function readEventSourceMapping(
  resolver: Resolver,
  resource: ResolvedResource,
  resources: MappingResources,
): EventSourceMapping {
  const { properties } = resource;
  const identity = identityOf(resolver, resource);
  const ends = {
    uuid: identity.name,
    arn: attribute(identity, 'EventSourceMappingArn'),
    functionArn: functionArnOf(properties, 'FunctionName', resources.functions),
    source: sourceOf(resolver, properties, resources),
  };
  try {
    return readMapping(new Members(properties.json), ends);
  } catch (error) {
    if (error instanceof AwsError) throw new TemplateError(properties.path, error.message);
    throw error;
  }
}

function sourceOf(
  resolver: Resolver,
  properties: Fields,
  { tables, queues }: MappingResources,
): MappingEnds['source'] {
  const sourceArn = properties.text('EventSourceArn');
  const path = `${properties.path}.EventSourceArn`;
  if (queues.some(({ arn }) => arn === sourceArn)) return { queueArn: sourceArn };
  const table = tables.find(
    ({ logicalId }) => resolver.identity(logicalId, path).attributes['StreamArn'] === sourceArn,
  );
  if (table !== undefined) return { streamArn: sourceArn, tableName: table.tableName };
  throw new TemplateError(
    path,
    `the laptop runtime reads the streams of the template's tables and its queues alone, and ${sourceArn} is none`,
  );
}
