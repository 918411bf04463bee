import { randomUUID } from 'node:crypto';
import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import { parseQuery } from '../insights/parse-query.ts';
import type { Query } from '../queries.ts';
import { type ApiContext, findGroup, invalidParameter, type Operation, pageOf } from './operation.ts';

const MAX_GROUPS = 50;
const MAX_ROWS = 10_000;
const MAX_DESCRIBED = 1_000;
/** As the API calls Logs Insights QL. */
export const LANGUAGE = 'CWLI';

const STATUSES: readonly string[] = [
  'Scheduled',
  'Running',
  'Complete',
  'Failed',
  'Cancelled',
  'Timeout',
  'Unknown',
];

/**
 * Throws `QueryError` for what is not a query.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
 */
export const startQuery: Operation = (request, context) => {
  refuseOtherLanguages(request);
  const [start, end] = [request.whole('startTime'), request.whole('endTime')];
  if (end < start) throw invalidParameter('endTime must not be before startTime');
  const queryString = request.text('queryString');
  const groups = requestedGroups(request).map((reference) => findGroup(reference, context));
  const queryId = context.queries.start({
    queryString,
    query: parseQuery(queryString),
    groups,
    startTimeMs: start * 1000,
    // The last second is part of the range.
    endTimeMs: end * 1000 + 999,
    limit: request.optionalWhole('limit', { least: 1, most: MAX_ROWS }) ?? MAX_ROWS,
  });
  return { queryId };
};

/** Throws `InvalidParameterException`: Logs Insights QL is the one that runs here. */
export function refuseOtherLanguages(request: Members): void {
  const language = request.optionalText('queryLanguage') ?? LANGUAGE;
  if (language !== LANGUAGE)
    throw invalidParameter(`The laptop runtime runs queries in ${LANGUAGE}, not ${language}.`);
}

/** Names or ARNs, by one of the three members that have them. */
function requestedGroups(request: Members): readonly string[] {
  const members = ['logGroupName', 'logGroupNames', 'logGroupIdentifiers'].filter((member) =>
    request.has(member),
  );
  const [member] = members;
  if (member === undefined || members.length > 1) {
    throw invalidParameter('Give one of logGroupName, logGroupNames and logGroupIdentifiers.');
  }
  const groups = member === 'logGroupName' ? [request.text(member)] : (request.optionalTexts(member) ?? []);
  if (groups.length < 1 || groups.length > MAX_GROUPS) {
    throw invalidParameter(`A query is about 1 to ${MAX_GROUPS} log groups.`);
  }
  return [...new Set(groups)];
}

function findQuery(request: Members, { queries }: ApiContext): Query {
  const queryId = request.text('queryId');
  const query = queries.find(queryId);
  if (query === undefined) {
    throw new AwsError('ResourceNotFoundException', `There is no query ${queryId}.`);
  }
  return query;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html */
export const getQueryResults: Operation = (request, context) => {
  const { status, result } = findQuery(request, context);
  return {
    queryLanguage: LANGUAGE,
    results: result?.rows ?? [],
    statistics: result?.statistics ?? { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 },
    status,
  };
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StopQuery.html */
export const stopQuery: Operation = (request, context) => {
  const query = findQuery(request, context);
  if (query.status !== 'Running')
    throw invalidParameter(`The query has ended already: it is ${query.status}.`);
  query.stop();
  return { success: true };
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueries.html */
export const describeQueries: Operation = (request, context) => {
  refuseOtherLanguages(request);
  const status = request.optionalText('status');
  if (status !== undefined && !STATUSES.includes(status)) {
    throw invalidParameter(`status must be one of ${STATUSES.join(', ')}`);
  }
  const logGroupName = request.optionalText('logGroupName');
  const queries = context.queries
    .all()
    .filter((query) => status === undefined || query.status === status)
    .filter(({ logGroupNames }) => logGroupName === undefined || logGroupNames.includes(logGroupName));
  const { items, next } = pageOf(queries, request, 'maxResults', MAX_DESCRIBED);
  return { queries: items.map(describeQuery), ...next };
};

function describeQuery({ queryId, queryString, status, createTimeMs, logGroupNames }: Query): object {
  return {
    queryLanguage: LANGUAGE,
    queryId,
    queryString,
    status,
    createTime: createTimeMs,
    logGroupName: logGroupNames[0],
  };
}

const MAX_DEFINITIONS = 1_000;
const MAX_NAME_LENGTH = 255;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueryDefinitions.html */
export const describeQueryDefinitions: Operation = (request, context) => {
  refuseOtherLanguages(request);
  const prefix = request.optionalText('queryDefinitionNamePrefix') ?? '';
  const definitions = [...context.queryDefinitions.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { items, next } = pageOf(definitions, request, 'maxResults', MAX_DEFINITIONS);
  return { queryDefinitions: items.map((one) => ({ queryLanguage: LANGUAGE, ...one })), ...next };
};

/**
 * Throws `QueryError` for what is not a query.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
 */
export const putQueryDefinition: Operation = (request, context) => {
  refuseOtherLanguages(request);
  if (request.has('parameters')) {
    throw invalidParameter('The laptop runtime runs no queries with parameters: leave them out.');
  }
  const name = request.text('name');
  if (name.length < 1 || name.length > MAX_NAME_LENGTH) {
    throw invalidParameter(`name must have 1 to ${MAX_NAME_LENGTH} characters`);
  }
  const queryString = request.text('queryString');
  parseQuery(queryString);
  const logGroupNames = request.optionalTexts('logGroupNames') ?? [];
  for (const logGroupName of logGroupNames) findGroup(logGroupName, context);
  const queryDefinitionId = request.has('queryDefinitionId') ? knownId(request, context) : randomUUID();
  const lastModified = context.clock.now();
  context.queryDefinitions.set(queryDefinitionId, {
    queryDefinitionId,
    name,
    queryString,
    logGroupNames,
    lastModified,
  });
  return { queryDefinitionId };
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteQueryDefinition.html */
export const deleteQueryDefinition: Operation = (request, context) => {
  context.queryDefinitions.delete(knownId(request, context));
  return { success: true };
};

function knownId(request: Members, { queryDefinitions }: Parameters<Operation>[1]): string {
  const queryDefinitionId = request.text('queryDefinitionId');
  if (queryDefinitions.has(queryDefinitionId)) return queryDefinitionId;
  throw new AwsError('ResourceNotFoundException', `There is no query definition ${queryDefinitionId}.`);
}
