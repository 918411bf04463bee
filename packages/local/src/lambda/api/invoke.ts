import { AwsError, type AwsRequest, type AwsResponse } from '../../aws.ts';
import type { InvocationResult } from '../../contracts.ts';
import { isTooDeepJson } from '../../protocol/json.ts';
import { LATEST } from '../definition.ts';
import { type ApiContext, type Call, FUNCTIONS, invalidParameter, type Operations } from './operation.ts';

/** What a client context may have at most, in base64. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const MAX_CLIENT_CONTEXT = 3_583;

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

/** JSON text. Throws `InvalidRequestContentException`. */
function clientContextOf(request: AwsRequest): string | undefined {
  const encoded = header(request, 'x-amz-client-context');
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    if (encoded.length <= MAX_CLIENT_CONTEXT && typeof JSON.parse(text) === 'object') return text;
  } catch {
    // Told below.
  }
  throw new AwsError(
    'InvalidRequestContentException',
    `The client context must be a JSON object in base64, of ${MAX_CLIENT_CONTEXT} bytes at most.`,
  );
}

async function invoke({ request, reference: name }: Call, context: ApiContext): Promise<AwsResponse> {
  const qualifier = request.query.get('Qualifier');
  const reference = qualifier === null || name.endsWith(`:${qualifier}`) ? name : `${name}:${qualifier}`;
  context.registry.find(reference);
  const invocationType = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  const clientContext = clientContextOf(request);
  switch (invocationType) {
    case 'DryRun':
      return { status: 204, headers: {}, body: '' };
    case 'Event':
      await context.invokeAsync(reference, payloadOf(request), clientContext);
      return { status: 202, headers: { 'content-type': 'application/json' }, body: '' };
    case 'RequestResponse': {
      const isTailWanted = header(request, 'x-amz-log-type') === 'Tail';
      return responseOf(await context.invoke(reference, payloadOf(request), clientContext), isTailWanted);
    }
    default:
      throw invalidParameter(
        `The invocation type ${invocationType} is none of RequestResponse, Event and DryRun.`,
      );
  }
}

function responseOf(result: InvocationResult, isTailWanted: boolean): AwsResponse {
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

export const invocationOperations: Operations = {
  Invoke: { http: `POST ${FUNCTIONS}/{FunctionName}/invocations`, answer: invoke },
};
