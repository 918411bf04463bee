import type { AwsRequest, AwsResponse, AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import { type JsonOperations, operationOf } from '../json-operations.ts';
import type { ApiContext, Operation, QueryDefinition } from './api/context.ts';
import { filterLogEvents, getLogEvents } from './api/event-operations.ts';
import { describeLogGroups, describeLogStreams } from './api/group-operations.ts';
import { createLogStream, putLogEvents } from './api/put-operations.ts';
import {
  describeQueries,
  describeQueryDefinitions,
  getQueryResults,
  startQuery,
  stopQuery,
} from './api/query-operations.ts';
import { parseRequest } from './api/request.ts';
import { QueryError } from './insights/query-error.ts';
import type { LogStore } from './log-store.ts';
import { createQueries } from './queries.ts';

export interface LogsServiceOptions {
  readonly store: LogStore;
  readonly queryDefinitions: readonly QueryDefinition[];
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly log: RuntimeLog;
}

export interface LogsService {
  /** Answers the API's calls: AWS JSON 1.1, `X-Amz-Target: Logs_20140328.{operation}`. */
  readonly handle: AwsService;
  /** Stops the queries that run. */
  close(): void;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

const OPERATIONS = new Map<string, Operation>([
  ['StartQuery', startQuery],
  ['GetQueryResults', getQueryResults],
  ['StopQuery', stopQuery],
  ['DescribeQueries', describeQueries],
  ['DescribeQueryDefinitions', describeQueryDefinitions],
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
  operations: OPERATIONS,
};

/** CloudWatch Logs: its log groups, what is put into them, and its Logs Insights queries. */
export function createLogsService(options: LogsServiceOptions): LogsService {
  const queries = createQueries(options);
  const context: ApiContext = { ...options, queries, startedAtMs: options.clock.now() };
  return { handle: async (request) => answer(request, context), close: () => queries.close() };
}

function answer(request: AwsRequest, context: ApiContext): AwsResponse {
  const operation = operationOf(request, API);
  try {
    const body = JSON.stringify(operation(parseRequest(request.body), context));
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
