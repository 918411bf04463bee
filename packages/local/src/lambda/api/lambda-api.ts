import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../../aws.ts';
import { compileRoute, findRoute, routeName } from '../../iot/rest.ts';
import { parseJsonMembers } from '../../protocol/json.ts';
import { Members } from '../../protocol/members.ts';
import { concurrencyOperations } from './concurrency-operations.ts';
import { eventInvokeOperations } from './event-invoke-operations.ts';
import { functionOperations } from './function-operations.ts';
import { invocationOperations } from './invoke.ts';
import { layerOperations } from './layer-operations.ts';
import { notRun } from './not-run.ts';
import { type ApiContext, NOTHING, type Operation, type Operations, type RawOperation } from './operation.ts';
import { permissionOperations } from './permission-operations.ts';
import { tagOperations } from './tag-operations.ts';
import { versionOperations } from './version-operations.ts';

/** By name. Event source mappings have an API of their own. */
export const lambdaOperations: Operations = {
  ...invocationOperations,
  ...functionOperations,
  ...eventInvokeOperations,
  ...permissionOperations,
  ...concurrencyOperations,
  ...layerOperations,
  ...tagOperations,
  ...versionOperations,
};

type Target = Operation | RawOperation | { readonly reason: string };

const ROUTES = [
  ...Object.entries(lambdaOperations).map(([name, operation]) =>
    compileRoute<Target>(name, operation.http, operation),
  ),
  ...notRun.map(({ name, http, reason }) => compileRoute<Target>(name, http, { reason })),
];

/** The CLI ends some paths with a slash. */
const tidied = (request: AwsRequest): AwsRequest => ({ ...request, path: request.path.replace(/\/$/, '') });

/** The name of the operation that a call is for, where there is one. */
export const lambdaOperationOf = (request: AwsRequest): string | undefined =>
  routeName(ROUTES, tidied(request));

/** The Lambda API (signing name `lambda`), but for event source mappings. */
export function createLambdaApi(context: ApiContext): AwsService {
  return async (untidied) => {
    const request = tidied(untidied);
    const { name, labels, target } = findRoute(ROUTES, request, 'Lambda');
    if ('reason' in target) {
      throw new AwsError(
        'UnknownOperationException',
        `The laptop runtime does not run ${name}: ${target.reason}.`,
        404,
      );
    }
    const call = { request, labels, query: request.query };
    if ('respond' in target) return target.respond(call, context);
    const members = new Members(request.method === 'GET' ? {} : parseJsonMembers(request.body));
    const status = target.status ?? 200;
    return jsonResponse(status, await target.answer({ ...call, members }, context));
  };
}

function jsonResponse(status: number, answer: object): AwsResponse {
  const isEmpty = answer === NOTHING || status === 204;
  return {
    status,
    headers: isEmpty ? {} : { 'content-type': 'application/json' },
    body: isEmpty ? '' : JSON.stringify(answer),
  };
}
