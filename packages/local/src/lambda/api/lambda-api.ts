import type { AwsRequest, AwsService } from '../../aws.ts';
import { compileRoute, findRoute, routeName } from '../../iot/rest.ts';
import { describingOperations } from './describe-functions.ts';
import { invocationOperations } from './invoke.ts';
import type { ApiContext } from './operation.ts';
import { updatingOperations } from './update-function.ts';

const OPERATIONS = { ...invocationOperations, ...updatingOperations, ...describingOperations };

const ROUTES = Object.entries(OPERATIONS).map(([name, operation]) =>
  compileRoute(name, operation.http, operation),
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
    return target.answer({ request, reference: labels['FunctionName'] ?? '' }, context);
  };
}
