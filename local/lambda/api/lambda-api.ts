import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { FunctionInvoker, InvocationResult } from '../contracts.ts';
import { isTooDeepJson } from '../json-depth.ts';
import { decodePath } from '../percent-encoding.ts';
import { type FunctionDefinition, LATEST } from './definition.ts';

export interface LambdaApiOptions extends FunctionInvoker {
  readonly definitions: readonly FunctionDefinition[];
  /** Throws `ResourceNotFoundException` for a function that is not there. */
  find(reference: string): FunctionDefinition;
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  answer(options: LambdaApiOptions, request: AwsRequest, functionName: string): Promise<AwsResponse>;
}

/** In the order of their paths. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const operations: readonly Operation[] = [
  { name: 'Invoke', method: 'POST', path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, answer: invoke },
  { name: 'ListFunctions', method: 'GET', path: /^\/2015-03-31\/functions\/?$/, answer: listFunctions },
  { name: 'GetFunction', method: 'GET', path: /^\/2015-03-31\/functions\/([^/]+)$/, answer: getFunction },
  {
    name: 'GetFunctionConfiguration',
    method: 'GET',
    path: /^\/2015-03-31\/functions\/([^/]+)\/configuration$/,
    answer: getConfiguration,
  },
  {
    name: 'GetFunctionEventInvokeConfig',
    method: 'GET',
    path: /^\/2019-09-25\/functions\/([^/]+)\/event-invoke-config$/,
    answer: getEventInvoke,
  },
];

/** The name of the operation that a call is for, where there is one. */
export const lambdaOperationOf = (request: AwsRequest): string | undefined =>
  operations.find(({ method, path }) => method === request.method && path.test(request.path))?.name;

/** The Lambda API (signing name `lambda`): Invoke, ListFunctions and what describes one function. */
export function createLambdaApi(options: LambdaApiOptions): AwsService {
  return async (request) => {
    for (const { method, path, answer } of operations) {
      const match = method === request.method ? path.exec(request.path) : null;
      if (match !== null) return answer(options, request, referenceOf(match[1] ?? '', request.query));
    }
    throw new AwsError(
      'UnknownOperationException',
      `The laptop runtime does not answer ${request.method} ${request.path}: of Lambda it has Invoke, ListFunctions, GetFunction, GetFunctionConfiguration and GetFunctionEventInvokeConfig; change functions in the template and start it again.`,
      404,
    );
  };
}

/** `name` of the path with the query's `Qualifier`, where the name has none. */
function referenceOf(encodedName: string, query: URLSearchParams): string {
  const name = decodePath(encodedName);
  const qualifier = query.get('Qualifier');
  return qualifier === null || name.endsWith(`:${qualifier}`) ? name : `${name}:${qualifier}`;
}

function json(body: unknown, status = 200): AwsResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function header(request: AwsRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The event; no body counts as `{}`. Throws `InvalidRequestContentException` for what is not JSON. */
function payloadOf(request: AwsRequest): string {
  const payload = request.body.toString('utf8');
  if (payload === '') return '{}';
  if (isTooDeepJson(request.body)) throw unparsable('It is nested too deeply.');
  try {
    JSON.parse(payload);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unparsable(reason);
  }
  return payload;
}

function unparsable(reason: string): AwsError {
  return new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
}

async function invoke(
  options: LambdaApiOptions,
  request: AwsRequest,
  reference: string,
): Promise<AwsResponse> {
  options.find(reference);
  const invocationType = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  switch (invocationType) {
    case 'DryRun':
      return { status: 204, headers: {}, body: '' };
    case 'Event':
      await options.invokeAsync(reference, payloadOf(request));
      return { status: 202, headers: { 'content-type': 'application/json' }, body: '' };
    case 'RequestResponse': {
      const isTailWanted = header(request, 'x-amz-log-type') === 'Tail';
      return invocationResponse(await options.invoke(reference, payloadOf(request)), isTailWanted);
    }
    default:
      throw new AwsError(
        'InvalidParameterValueException',
        `The invocation type ${invocationType} is none of RequestResponse, Event and DryRun.`,
      );
  }
}

function invocationResponse(result: InvocationResult, isTailWanted: boolean): AwsResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': result.requestId,
      'x-amz-executed-version': LATEST,
      ...(result.functionError === undefined ? {} : { 'x-amz-function-error': result.functionError }),
      ...(isTailWanted ? { 'x-amz-log-result': Buffer.from(result.logTail).toString('base64') } : {}),
    },
    body: result.payload,
  };
}

function configuration(definition: FunctionDefinition): Record<string, unknown> {
  return {
    FunctionName: definition.functionName,
    FunctionArn: definition.arn,
    Runtime: definition.runtime,
    Handler: definition.handler,
    Timeout: definition.timeoutMs / 1000,
    MemorySize: definition.memoryMb,
    Version: LATEST,
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    ...(definition.layers !== undefined && { Layers: definition.layers.map(({ arn }) => ({ Arn: arn })) }),
    Environment: { Variables: definition.environment },
  };
}

const MAX_ITEMS = 50;

/** `Marker` is the name of the last function of the page before. */
async function listFunctions(options: LambdaApiOptions, request: AwsRequest): Promise<AwsResponse> {
  const marker = request.query.get('Marker') ?? '';
  const maxItems = Math.min(MAX_ITEMS, Number(request.query.get('MaxItems') ?? MAX_ITEMS));
  if (!Number.isInteger(maxItems) || maxItems < 1) {
    throw new AwsError('InvalidParameterValueException', 'MaxItems is no whole number from 1 to 10000.');
  }
  const rest = options.definitions
    .filter(({ functionName }) => functionName > marker)
    .sort((left, right) => (left.functionName < right.functionName ? -1 : 1));
  const page = rest.slice(0, maxItems);
  const last = page.at(-1)?.functionName;
  return json({
    Functions: page.map(configuration),
    ...(rest.length > page.length && last !== undefined ? { NextMarker: last } : {}),
  });
}

async function getFunction(
  options: LambdaApiOptions,
  _: AwsRequest,
  reference: string,
): Promise<AwsResponse> {
  const definition = options.find(reference);
  const { reservedConcurrency } = definition;
  return json({
    Configuration: configuration(definition),
    ...(reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
  });
}

async function getConfiguration(
  options: LambdaApiOptions,
  _: AwsRequest,
  reference: string,
): Promise<AwsResponse> {
  return json(configuration(options.find(reference)));
}

async function getEventInvoke(
  options: LambdaApiOptions,
  _: AwsRequest,
  reference: string,
): Promise<AwsResponse> {
  const definition = options.find(reference);
  const { maximumRetryAttempts, maximumEventAgeSeconds, onFailure, onSuccess } = definition.async;
  return json({
    FunctionArn: `${definition.arn}:${LATEST}`,
    MaximumRetryAttempts: maximumRetryAttempts,
    MaximumEventAgeInSeconds: maximumEventAgeSeconds,
    DestinationConfig: {
      OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
      OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
    },
  });
}
