import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import { decodePath } from '../percent-encoding.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';

/** A mapping, and what has become of it. */
export interface MappingState {
  readonly mapping: EventSourceMapping;
  readonly lastModifiedMs: number;
  /** Absent before the first invocation. */
  lastSucceeded?: boolean;
}

const PATH = /^\/2015-03-31\/event-source-mappings(?:\/([^/]*))?$/;
const MAX_ITEMS = 100;

/**
 * What of the Lambda API is about event source mappings: ListEventSourceMappings and GetEventSourceMapping. Calls
 * about anything else go to `next`.
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
 */
export function createMappingsApi(states: readonly MappingState[], next: AwsService): AwsService {
  return async (request) => {
    const match = PATH.exec(request.path);
    if (match === null) return next(request);
    const uuid = decodePath(match[1] ?? '');
    if (request.method !== 'GET') throw readOnly(request);
    return json(uuid === '' ? list(states, request.query) : describe(find(states, uuid)));
  };
}

function json(body: unknown): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function readOnly({ method, path }: AwsRequest): AwsError {
  return new AwsError(
    'UnknownOperationException',
    `The laptop runtime does not answer ${method} ${path}: change event source mappings in the template and start it again.`,
    404,
  );
}

function find(states: readonly MappingState[], uuid: string): MappingState {
  const state = states.find(({ mapping }) => mapping.uuid === uuid);
  if (state !== undefined) return state;
  throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
}

/** `Marker` is the id of the last mapping of the page before. */
function list(states: readonly MappingState[], query: URLSearchParams) {
  const maxItems = Math.min(MAX_ITEMS, Number(query.get('MaxItems') ?? MAX_ITEMS));
  if (!Number.isInteger(maxItems) || maxItems < 1) {
    throw new AwsError('InvalidParameterValueException', 'MaxItems is no whole number from 1 to 10000.');
  }
  const marker = query.get('Marker') ?? '';
  const rest = states
    .filter(({ mapping }) => mapping.uuid > marker && isAskedFor(mapping, query))
    .sort((one, other) => (one.mapping.uuid < other.mapping.uuid ? -1 : 1));
  const page = rest.slice(0, maxItems);
  const last = page.at(-1)?.mapping.uuid;
  return {
    EventSourceMappings: page.map(describe),
    ...(rest.length > page.length && last !== undefined ? { NextMarker: last } : {}),
  };
}

function isAskedFor({ functionArn, streamArn }: EventSourceMapping, query: URLSearchParams): boolean {
  const functionName = query.get('FunctionName');
  const isFunction =
    functionName === null || functionArn === functionName || functionArn.endsWith(`:${functionName}`);
  return isFunction && (query.get('EventSourceArn') ?? streamArn) === streamArn;
}

function describe({ mapping, lastModifiedMs, lastSucceeded }: MappingState) {
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.streamArn,
    FunctionArn: mapping.functionArn,
    State: mapping.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'User action',
    LastModified: lastModifiedMs / 1000,
    LastProcessingResult: lastResult(lastSucceeded),
    StartingPosition: mapping.startingPosition,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.maximumBatchingWindowInSeconds,
    ParallelizationFactor: 1,
    TumblingWindowInSeconds: 0,
    BisectBatchOnFunctionError: mapping.bisectBatchOnFunctionError,
    MaximumRetryAttempts: mapping.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: mapping.maximumRecordAgeInSeconds,
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    DestinationConfig: {
      OnFailure: mapping.onFailure === undefined ? {} : { Destination: mapping.onFailure },
    },
    ...(mapping.filters.length === 0
      ? {}
      : { FilterCriteria: { Filters: mapping.filters.map((Pattern) => ({ Pattern })) } }),
  };
}

function lastResult(lastSucceeded: boolean | undefined): string {
  if (lastSucceeded === undefined) return 'No records processed';
  return lastSucceeded ? 'OK' : 'PROBLEM: Function call failed';
}
