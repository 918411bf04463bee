import type { InvocationResult } from '../../contracts.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { runtimeError, type StatesError } from '../states-error.ts';
import { handlerFailure, invocationFailure } from './lambda-failure.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
const FIELDS = ['FunctionName', 'Payload', 'InvocationType', 'Qualifier', 'ClientContext'];

/** What is wrong with the arguments of `lambda:invoke`, in AWS's words. */
export function argumentProblems(args: Json): readonly string[] {
  if (!isJsonObject(args)) return ['The arguments must be a JSON object'];
  const unknown = Object.keys(args).filter((field) => !FIELDS.includes(field));
  return [
    ...unknown.map((field) => `The field '${field}' is not supported by Step Functions`),
    ...(Object.hasOwn(args, 'FunctionName') ? [] : ["The field 'FunctionName' is required but was missing"]),
  ];
}

/** The arguments of `lambda:invoke`. Throws `States.Runtime` for those that it does not take. */
export function checkedArguments(args: Json): JsonObject {
  const problems = argumentProblems(args);
  if (problems.length > 0 || !isJsonObject(args)) throw unusable(args, problems);
  return args;
}

function unusable(args: Json, problems: readonly string[]): StatesError {
  return runtimeError(
    `The Parameters '${JSON.stringify(args)}' could not be used to start the Task: [${problems.join(', ')}]`,
  );
}

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
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return {
    ...(invocationType === 'Event' ? {} : { ExecutedVersion: '$LATEST' }),
    Payload: invocationType === 'Event' ? '' : parseAnswer(payload),
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(lists),
      HttpHeaders: headers,
      HttpStatusCode: statusCode,
    },
    SdkResponseMetadata: { RequestId: requestId },
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
