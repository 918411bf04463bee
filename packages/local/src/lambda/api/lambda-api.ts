import type { AwsRequest, AwsResponse, AwsService } from '../../aws.ts';
import { compileRoute, findRoute, routeName } from '../../iot/rest.ts';
import { parseJsonMembers } from '../../protocol/json.ts';
import { Members } from '../../protocol/members.ts';
import { functionOperations } from './function-operations.ts';
import { invocationOperations } from './invoke.ts';
import type { ApiContext, Operation, RawOperation } from './operation.ts';

const ROUTES = Object.entries({ ...invocationOperations, ...functionOperations }).map(([name, operation]) =>
  compileRoute<Operation | RawOperation>(name, operation.http, operation),
);

/** The CLI ends some paths with a slash. */
const tidied = (request: AwsRequest): AwsRequest => ({ ...request, path: request.path.replace(/\/$/, '') });

/** The name of the operation that a call is for, where there is one. */
export const lambdaOperationOf = (request: AwsRequest): string | undefined =>
  routeName(ROUTES, tidied(request));

/**
 * What of the Lambda API (signing name `lambda`) deployments, operators' tools and the AWS CLI's `invoke` call; event
 * source mappings are read elsewhere.
 */
export function createLambdaApi(context: ApiContext): AwsService {
  return async (untidied) => {
    const request = tidied(untidied);
    const { labels, target } = findRoute(ROUTES, request, 'Lambda');
    const call = { request, labels, query: request.query };
    if ('respond' in target) return target.respond(call, context);
    const members = new Members(request.method === 'GET' ? {} : parseJsonMembers(request.body));
    return jsonResponse(await target.answer({ ...call, members }, context));
  };
}

function jsonResponse(answer: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}
