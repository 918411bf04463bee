import type { InvocationResult } from '../../contracts.ts';
import type { Json, JsonObject } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { runtimeError } from '../states-error.ts';
import { metadataOf } from './http-metadata.ts';
import { handlerFailure, invocationFailure } from './lambda-failure.ts';

type InvocationType = 'RequestResponse' | 'Event';

/** Calls `Invoke` for `arn:aws:states:::lambda:invoke`, and gives its answer with the payload parsed. */
export async function invokeLambda(visit: StateVisit, args: JsonObject): Promise<JsonObject> {
  const { FunctionName, Payload = {}, InvocationType = 'RequestResponse', Qualifier, ClientContext } = args;
  if (typeof FunctionName !== 'string') {
    throw runtimeError("The field 'FunctionName' is required but was missing or not a string.");
  }
  if (InvocationType !== 'RequestResponse' && InvocationType !== 'Event') {
    throw runtimeError(
      `The InvocationType must be RequestResponse or Event, not ${JSON.stringify(InvocationType)}.`,
    );
  }
  const invocation = {
    functionName: typeof Qualifier === 'string' ? qualified(FunctionName, Qualifier) : FunctionName,
    payload: JSON.stringify(Payload),
    clientContext: typeof ClientContext === 'string' ? decoded(ClientContext) : undefined,
  };
  const answer = await invoke(visit, invocation, InvocationType).catch((thrown: unknown) => {
    throw invocationFailure(visit, thrown);
  });
  if (answer.functionError !== undefined) throw handlerFailure(answer);
  return serviceAnswer(visit, answer, InvocationType);
}

function qualified(functionName: string, qualifier: string): string {
  return functionName.endsWith(`:${qualifier}`) ? functionName : `${functionName}:${qualifier}`;
}

/** In calls of the API it is in base64. */
function decoded(clientContext: string): string {
  return Buffer.from(clientContext, 'base64').toString('utf8');
}

interface Invocation {
  readonly functionName: string;
  readonly payload: string;
  readonly clientContext: string | undefined;
}

/** `Event` is answered at once and without a payload. */
async function invoke(
  { chain }: StateVisit,
  { functionName, payload, clientContext }: Invocation,
  invocationType: InvocationType,
): Promise<InvocationResult> {
  const { functions } = chain.run.runtime;
  if (invocationType === 'RequestResponse') return functions.invoke(functionName, payload, clientContext);
  await functions.invokeAsync(functionName, payload, clientContext);
  return { payload: '', requestId: crypto.randomUUID(), logTail: '' };
}

/** The answer of `Invoke` as Step Functions hands it on. */
function serviceAnswer(
  { chain }: StateVisit,
  { payload, requestId }: InvocationResult,
  invocationType: InvocationType,
): JsonObject {
  const statusCode = invocationType === 'Event' ? 202 : 200;
  const headers = {
    'x-amzn-RequestId': requestId,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(payload)),
    'X-Amz-Executed-Version': '$LATEST',
    Date: new Date(chain.run.runtime.clock.now()).toUTCString(),
  };
  return {
    ...(invocationType === 'Event' ? {} : { ExecutedVersion: '$LATEST' }),
    Payload: invocationType === 'Event' ? '' : parseAnswer(payload),
    ...metadataOf({ statusCode, requestId, headers }),
    StatusCode: statusCode,
  };
}

/** Parses what a function has answered. Throws `States.Runtime` for what is not JSON. */
export function parseAnswer(payload: string): Json {
  try {
    return JSON.parse(payload);
  } catch {
    throw runtimeError(`The function's answer is not JSON: ${payload.slice(0, 256)}`);
  }
}
