import { randomUUID } from 'node:crypto';
import { AwsError, type AwsResponse, type AwsService } from '../aws.ts';
import { compileRoute, findRoute } from '../iot/rest.ts';
import { pageOf } from '../lambda/api/operation.ts';
import type { FunctionDefinition } from '../lambda/definition.ts';
import { parseFunctionReference, qualifiedArn } from '../lambda/function-name.ts';
import { parseJsonMembers } from '../protocol/json.ts';
import { Members } from '../protocol/members.ts';
import { describeMapping, type LiveMapping, membersOf, sourceArnOf } from './describe-mapping.ts';
import { type EventSourceMapping, isQueueMapping } from './event-source-mapping.ts';
import { eventSourceOf } from './event-sources.ts';
import type { MappingRegistry } from './mapping-registry.ts';
import { readMapping } from './read-mapping.ts';

export interface MappingsApiContext {
  readonly registry: MappingRegistry;
  readonly region: string;
  readonly accountId: string;
  readonly functions: { find(reference: string): Pick<FunctionDefinition, 'arn'> };
  /** Throws for a mapping whose source can't be read for its function. */
  check(mapping: EventSourceMapping): Promise<void>;
}

interface Call {
  readonly uuid: string;
  readonly query: URLSearchParams;
  readonly members: Members;
}

interface Operation {
  readonly http: string;
  readonly status: number;
  answer(call: Call, context: MappingsApiContext): object | Promise<object>;
}

const PREFIX = '/2015-03-31/event-source-mappings';
const MAX_ITEMS = 100;

/** By name. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export const mappingOperations: Readonly<Record<string, Operation>> = {
  CreateEventSourceMapping: { http: `POST ${PREFIX}`, status: 202, answer: create },
  ListEventSourceMappings: { http: `GET ${PREFIX}`, status: 200, answer: list },
  GetEventSourceMapping: { http: `GET ${PREFIX}/{UUID}`, status: 200, answer: get },
  UpdateEventSourceMapping: { http: `PUT ${PREFIX}/{UUID}`, status: 202, answer: update },
  DeleteEventSourceMapping: { http: `DELETE ${PREFIX}/{UUID}`, status: 202, answer: remove },
};

const ROUTES = Object.entries(mappingOperations).map(([name, operation]) =>
  compileRoute(name, operation.http, operation),
);

/** What of the Lambda API is about event source mappings. Calls about anything else go to `next`. */
export function createMappingsApi(context: MappingsApiContext, next: AwsService): AwsService {
  return async (request) => {
    if (!request.path.startsWith(PREFIX)) return next(request);
    const path = request.path.replace(/\/$/, '');
    const { labels, target } = findRoute(ROUTES, { ...request, path }, 'event source mappings');
    const hasBody = request.method === 'POST' || request.method === 'PUT';
    const members = new Members(hasBody ? parseJsonMembers(request.body) : {});
    const call = { uuid: labels['UUID'] ?? '', query: request.query, members };
    return json(target.status, await target.answer(call, context));
  };
}

function json(status: number, body: object): AwsResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function create({ members }: Call, context: MappingsApiContext): Promise<object> {
  const { registry, functions, region, accountId } = context;
  const functionArn = functionArnOf(members, functions);
  const source = eventSourceOf(members.text('EventSourceArn'));
  const uuid = randomUUID();
  const arn = `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${uuid}`;
  const mapping = readMapping(members, { uuid, arn, functionArn, source });
  refuseSecond(registry.between(sourceArnOf(mapping), functionArn));
  await context.check(mapping);
  // Another call may have made it meanwhile.
  refuseSecond(registry.between(sourceArnOf(mapping), functionArn));
  return describeMapping(registry.put(mapping));
}

/** With the qualifier that it is given with. */
function functionArnOf(members: Members, functions: MappingsApiContext['functions']): string {
  const reference = members.text('FunctionName', { max: 256 });
  return qualifiedArn(functions.find(reference).arn, parseFunctionReference(reference).qualifier);
}

function refuseSecond(there: LiveMapping | undefined): void {
  if (there === undefined) return;
  const { mapping } = there;
  const kind = isQueueMapping(mapping) ? 'SQS' : 'stream';
  throw new AwsError(
    'ResourceConflictException',
    `An event source mapping with ${kind} arn (" ${sourceArnOf(mapping)} ") and function (" ${mapping.functionArn.split(':').at(-1)} ") already exists. Please update or delete the existing mapping with UUID ${mapping.uuid}`,
    409,
  );
}

/** What is not given stays. The source can't be changed. */
async function update({ uuid, members }: Call, context: MappingsApiContext): Promise<object> {
  const { mapping, state } = find(uuid, context);
  refuseWhileChanging(state);
  const { UUID: _, FunctionName: functionName, ...given } = members.json;
  const functionArn =
    functionName === undefined ? mapping.functionArn : functionArnOf(members, context.functions);
  const source = eventSourceOf(sourceArnOf(mapping));
  const all = new Members({ ...membersOf(mapping), ...given });
  const changed = readMapping(all, { uuid, arn: mapping.arn, functionArn, source });
  await context.check(changed);
  return describeMapping(context.registry.put(changed));
}

function refuseWhileChanging(state: LiveMapping['state']): void {
  if (state === 'Enabled' || state === 'Disabled') return;
  throw new AwsError(
    'ResourceInUseException',
    `Cannot update the event source mapping because it is in use: its state is ${state}.`,
    400,
  );
}

function remove({ uuid }: Call, context: MappingsApiContext): object {
  find(uuid, context);
  const { last, gone } = context.registry.remove(uuid) ?? {};
  if (last === undefined || gone === undefined) throw notThere();
  return describeMapping(last);
}

function get({ uuid }: Call, context: MappingsApiContext): object {
  return describeMapping(find(uuid, context));
}

function find(uuid: string, { registry }: MappingsApiContext): LiveMapping {
  const found = registry.get(uuid);
  if (found === undefined) throw notThere();
  return found;
}

function notThere(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
}

/** `Marker` is the id of the last mapping of the page before. */
function list({ query }: Call, { registry }: MappingsApiContext): object {
  const asked = registry.all.filter(({ mapping }) => isAskedFor(mapping, query));
  const { page, next } = pageOf(asked, query, { keyOf: ({ mapping }) => mapping.uuid, most: MAX_ITEMS });
  return { EventSourceMappings: page.map(describeMapping), ...next };
}

function isAskedFor(mapping: EventSourceMapping, query: URLSearchParams): boolean {
  const { functionArn } = mapping;
  const functionName = query.get('FunctionName');
  const isFunction =
    functionName === null || functionArn === functionName || functionArn.endsWith(`:${functionName}`);
  const sourceArn = sourceArnOf(mapping);
  return isFunction && (query.get('EventSourceArn') ?? sourceArn) === sourceArn;
}
