import { randomUUID } from 'node:crypto';
import { AwsError } from '../../aws.ts';
import { parseQuery } from '../insights/parse-query.ts';
import { findGroup, type Operation } from './context.ts';
import { pageOf } from './page.ts';
import { LANGUAGE, refuseOtherLanguages } from './query-operations.ts';
import { invalidParameter, type Request } from './request.ts';

const MAX_DESCRIBED = 1_000;
const MAX_NAME_LENGTH = 255;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueryDefinitions.html */
export const describeQueryDefinitions: Operation = (request, context) => {
  refuseOtherLanguages(request);
  const prefix = request.optionalText('queryDefinitionNamePrefix') ?? '';
  const definitions = [...context.queryDefinitions.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { items, nextToken } = pageOf(definitions, request, request.limit('maxResults', MAX_DESCRIBED));
  return { queryDefinitions: items.map((one) => ({ queryLanguage: LANGUAGE, ...one })), nextToken };
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
  const logGroupNames = request.texts('logGroupNames');
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

function knownId(request: Request, { queryDefinitions }: Parameters<Operation>[1]): string {
  const queryDefinitionId = request.text('queryDefinitionId');
  if (queryDefinitions.has(queryDefinitionId)) return queryDefinitionId;
  throw new AwsError('ResourceNotFoundException', `There is no query definition ${queryDefinitionId}.`);
}
