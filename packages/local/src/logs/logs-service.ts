import { isDeepStrictEqual } from 'node:util';
import type { AwsRequest, AwsResponse, AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type JsonOperations, operationOf } from '../protocol/json.ts';
import { createLogStream, filterLogEvents, getLogEvents, putLogEvents } from './api/events.ts';
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  describeLogStreams,
  putRetentionPolicy,
} from './api/groups.ts';
import {
  type ApiContext,
  type KeptQueryDefinition,
  type Operation,
  parseRequest,
  type QueryDefinition,
} from './api/operation.ts';
import {
  deleteQueryDefinition,
  describeQueries,
  describeQueryDefinitions,
  getQueryResults,
  putQueryDefinition,
  startQuery,
  stopQuery,
} from './api/queries.ts';
import { QueryError } from './insights/syntax.ts';
import type { LogStore } from './log-store.ts';
import { createQueries } from './queries.ts';

export interface LogsServiceOptions {
  readonly store: LogStore;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly log: RuntimeLog;
  /** Keeps query definitions; in memory by default. */
  readonly collections?: Collections;
}

export interface LogsService {
  /** Query definitions, of templates and of calls. */
  readonly queryDefinitions: ResourceKeeper<QueryDefinition>;
  /** Answers the API's calls: AWS JSON 1.1, `X-Amz-Target: Logs_20140328.{operation}`. */
  readonly handle: AwsService;
  /** Stops the queries that run. */
  close(): void;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** The operations of CloudWatch Logs that run here, by name. */
export const LOGS_OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['StartQuery', startQuery],
  ['GetQueryResults', getQueryResults],
  ['StopQuery', stopQuery],
  ['DescribeQueries', describeQueries],
  ['DescribeQueryDefinitions', describeQueryDefinitions],
  ['PutQueryDefinition', putQueryDefinition],
  ['DeleteQueryDefinition', deleteQueryDefinition],
  ['CreateLogGroup', createLogGroup],
  ['DeleteLogGroup', deleteLogGroup],
  ['PutRetentionPolicy', putRetentionPolicy],
  ['DeleteRetentionPolicy', deleteRetentionPolicy],
  ['DescribeLogGroups', describeLogGroups],
  ['DescribeLogStreams', describeLogStreams],
  ['GetLogEvents', getLogEvents],
  ['FilterLogEvents', filterLogEvents],
  ['CreateLogStream', createLogStream],
  ['PutLogEvents', putLogEvents],
]);

const API: JsonOperations<Operation> = {
  service: 'CloudWatch Logs',
  targetPrefix: 'Logs_20140328.',
  operations: LOGS_OPERATIONS,
};

/** CloudWatch Logs: its log groups, what is put into them, and its Logs Insights queries. */
export function createLogsService(options: LogsServiceOptions): LogsService {
  const queries = createQueries(options);
  const { clock, collections = memoryCollections } = options;
  const queryDefinitions = collections.open<KeptQueryDefinition>('queryDefinitions');
  const context: ApiContext = { ...options, queries, queryDefinitions };
  return {
    queryDefinitions: {
      async put(definition) {
        const { queryDefinitionId: id } = definition;
        const { lastModified, ...there } = queryDefinitions.get(id) ?? { lastModified: clock.now() };
        if (isDeepStrictEqual(there, definition)) return;
        queryDefinitions.set(id, { ...definition, lastModified: clock.now() });
      },
      async remove({ queryDefinitionId }) {
        queryDefinitions.delete(queryDefinitionId);
      },
    },
    handle: (request) => answer(request, context),
    close: () => queries.close(),
  };
}

async function answer(request: AwsRequest, context: ApiContext): Promise<AwsResponse> {
  const operation = operationOf(request, API);
  try {
    const body = JSON.stringify(await operation(parseRequest(request.body), context));
    return { status: 200, headers: { 'content-type': CONTENT_TYPE }, body };
  } catch (error) {
    if (error instanceof QueryError) return malformedQuery(error);
    throw error;
  }
}

/** The one error that says more than its message: where in the query's text the problem is. */
function malformedQuery({ message, offset }: QueryError): AwsResponse {
  const code = 'MalformedQueryException';
  const location =
    offset === undefined ? {} : { location: { startCharOffset: offset, endCharOffset: offset + 1 } };
  const sentence = offset === undefined ? message : `${message} (at character ${offset})`;
  return {
    status: 400,
    headers: { 'content-type': CONTENT_TYPE, 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message: sentence, queryCompileError: { ...location, message } }),
  };
}
