import type { InvocationResult } from '../contracts.ts';
import { NOT_TRUNCATED } from './history.ts';
import { interruptible } from './interruption.ts';
import type { Json, JsonDocument, JsonObject } from './json.ts';
import { isJsonObject, payloadOf } from './json.ts';
import { handlerFailure, invocationFailure } from './lambda-failure.ts';
import type { StateVisit } from './state-visit.ts';
import { runtimeError } from './states-error.ts';
import type { TaskAttempt } from './task-attempt.ts';

/** What `Arguments` may hold; the fields that choose a version or a client context are not run here. */
export const LAMBDA_INVOKE_ARGUMENTS: readonly string[] = ['FunctionName', 'Payload', 'InvocationType'];

const RESOURCE = { resourceType: 'lambda', resource: 'invoke' };

interface Invocation {
  readonly functionName: string;
  readonly payload: string;
  readonly invocationType: 'RequestResponse' | 'Event';
}

/** Runs a task of `arn:aws:states:::lambda:invoke`: the API's `Invoke`, its answer with the payload parsed. */
export async function invokeLambdaService(visit: StateVisit, attempt: TaskAttempt): Promise<JsonDocument> {
  const { args, timeoutSeconds } = attempt;
  const invocation = invocationOf(args.value);
  visit.append('TaskScheduled', {
    ...RESOURCE,
    region: visit.chain.run.runtime.region,
    parameters: args.text,
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
  });
  visit.append('TaskStarted', RESOURCE);
  try {
    const result = await invoke(visit, invocation, timeoutSeconds);
    visit.append('TaskSucceeded', { ...RESOURCE, output: result.text, outputDetails: NOT_TRUNCATED });
    return result;
  } catch (thrown) {
    const failure = visit.failure(thrown);
    const type = failure.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed';
    visit.append(type, { ...RESOURCE, ...failure.told() });
    throw failure;
  }
}

/** Reads the arguments. Throws `States.Runtime` for those that the integration does not take. */
function invocationOf(args: Json): Invocation {
  if (!isJsonObject(args)) throw runtimeError('The arguments of lambda:invoke must be an object.');
  const unknown = Object.keys(args).find((field) => !LAMBDA_INVOKE_ARGUMENTS.includes(field));
  if (unknown !== undefined) throw runtimeError(`The field '${unknown}' of lambda:invoke is not supported.`);
  const { FunctionName, Payload = {}, InvocationType = 'RequestResponse' } = args;
  if (typeof FunctionName !== 'string') {
    throw runtimeError("The field 'FunctionName' is required but was missing or not a string.");
  }
  if (InvocationType !== 'RequestResponse' && InvocationType !== 'Event') {
    throw runtimeError(
      `The InvocationType must be RequestResponse or Event, not ${JSON.stringify(InvocationType)}.`,
    );
  }
  return { functionName: FunctionName, payload: JSON.stringify(Payload), invocationType: InvocationType };
}

async function invoke(
  visit: StateVisit,
  { functionName, payload, invocationType }: Invocation,
  timeoutSeconds: number | undefined,
): Promise<JsonDocument> {
  const { functions } = visit.chain.run.runtime;
  const work =
    invocationType === 'Event'
      ? invokeEvent(visit, functionName, payload)
      : functions.invoke(functionName, payload);
  const answer = await interruptible(
    visit.chain,
    work.catch((thrown: unknown) => {
      throw invocationFailure(visit, thrown);
    }),
    timeoutSeconds,
  );
  if (answer.functionError !== undefined) throw handlerFailure(answer);
  return payloadOf(serviceAnswer(visit, answer, invocationType), visit.name);
}

/** `Event` is answered at once and without a payload. */
async function invokeEvent(
  visit: StateVisit,
  functionName: string,
  payload: string,
): Promise<InvocationResult> {
  await visit.chain.run.runtime.functions.invokeAsync(functionName, payload);
  return { payload: '', requestId: crypto.randomUUID(), logTail: '' };
}

/** The answer of `Invoke` as Step Functions hands it on. */
function serviceAnswer(
  visit: StateVisit,
  { payload, requestId }: InvocationResult,
  invocationType: Invocation['invocationType'],
): JsonObject {
  const headers = {
    'x-amzn-RequestId': requestId,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(payload)),
    'X-Amz-Executed-Version': '$LATEST',
    Date: new Date(visit.chain.run.runtime.clock.now()).toUTCString(),
  };
  const statusCode = invocationType === 'Event' ? 202 : 200;
  return {
    ...(invocationType === 'Event' ? {} : { ExecutedVersion: '$LATEST' }),
    Payload: invocationType === 'Event' ? '' : parseAnswer(payload),
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: statusCode,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: statusCode,
  };
}

function parseAnswer(payload: string): Json {
  try {
    return JSON.parse(payload);
  } catch {
    throw runtimeError(`The function's answer is not JSON: ${payload.slice(0, 256)}`);
  }
}
