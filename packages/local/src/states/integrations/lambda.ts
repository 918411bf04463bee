import type { InvocationResult } from '../../contracts.ts';
import { linkController } from '../interruption.ts';
import type { StateVisit } from '../state-visit.ts';
import {
  ChainAborted,
  isJsonObject,
  type Json,
  type JsonDocument,
  type JsonObject,
  runtimeError,
  StatesError,
} from '../values.ts';
import type { PendingTask } from './pending-tasks.ts';

/**
 * The failure of a handler: the error name is its `errorType`, the cause its payload.
 * Source: "Handling errors in Step Functions workflows"; without a type it is `Lambda.Unknown`.
 */
function handlerFailure({ payload }: InvocationResult): StatesError {
  const errorType = errorTypeIn(payload);
  if (errorType !== undefined) return new StatesError(errorType, payload);
  return new StatesError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}

/** The failure of the invocation itself: `Lambda.` and the name of the API's exception. */
function invocationFailure(visit: StateVisit, thrown: unknown): StatesError {
  const { code, statusCode } = apiError(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (code === undefined) {
    visit.chain.run.runtime.log.error(`State '${visit.name}' could not invoke its function: ${message}`);
  }
  if (code === undefined) return new StatesError('Lambda.SdkClientException', message);
  const cause = `${message} (Service: AWSLambda; Status Code: ${statusCode}; Error Code: ${code}; Request ID: ${crypto.randomUUID()}; Proxy: null)`;
  // The SDK for Java, which Step Functions calls Lambda with, has `Exception` at the end of each name.
  return new StatesError(`Lambda.${code.replace(/(?:Exception|Fault)$/, '')}Exception`, cause);
}

function errorTypeIn(payload: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(payload);
    const errorType = isJsonObject(parsed) ? parsed['errorType'] : undefined;
    return typeof errorType === 'string' && errorType !== '' ? errorType : undefined;
  } catch {
    // Not JSON: nobody told a type.
    return undefined;
  }
}

/** AWS's errors carry their name as `code`, or as `name` when they come from an SDK. */
function apiError(thrown: unknown): { code: string | undefined; statusCode: number } {
  if (!(thrown instanceof Error)) return { code: undefined, statusCode: 500 };
  const { code, status } = thrown as { code?: unknown; status?: unknown };
  const name = typeof code === 'string' ? code : thrown.name;
  return {
    code: name.endsWith('Exception') ? name : undefined,
    statusCode: typeof status === 'number' ? status : 500,
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
const FIELDS = ['FunctionName', 'Payload'];
const NOT_RUN = ['InvocationType', 'Qualifier', 'ClientContext'];

/** What is wrong with the arguments of `lambda:invoke`, in AWS's words. */
export function argumentProblems(args: Json): readonly string[] {
  if (!isJsonObject(args)) return ['The arguments must be a JSON object'];
  const unknown = Object.keys(args).filter((field) => !FIELDS.includes(field));
  return [
    ...unknown.map((field) =>
      NOT_RUN.includes(field)
        ? `The field '${field}' is not run here`
        : `The field '${field}' is not supported by Step Functions`,
    ),
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

/** Calls `Invoke` for `arn:aws:states:::lambda:invoke`, and gives its answer with the payload parsed. */
export async function invokeLambda(visit: StateVisit, args: JsonObject): Promise<JsonObject> {
  const { FunctionName, Payload = {} } = args;
  if (typeof FunctionName !== 'string') {
    throw runtimeError("The field 'FunctionName' is required but was missing or not a string.");
  }
  const { functions } = visit.chain.run.runtime;
  const invocation = functions.invoke(FunctionName, JSON.stringify(Payload));
  const answer = await invocation.catch((thrown: unknown) => {
    throw invocationFailure(visit, thrown);
  });
  if (answer.functionError !== undefined) throw handlerFailure(answer);
  return serviceAnswer(visit, answer);
}

/** The answer of `Invoke` as Step Functions hands it on. */
function serviceAnswer({ chain }: StateVisit, { payload, requestId }: InvocationResult): JsonObject {
  const headers = {
    'x-amzn-RequestId': requestId,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(payload)),
    'X-Amz-Executed-Version': '$LATEST',
    Date: new Date(chain.run.runtime.clock.now()).toUTCString(),
  };
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return {
    ExecutedVersion: '$LATEST',
    Payload: parseAnswer(payload),
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(lists),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  };
}

/** Parses what a function has answered. Throws `States.Runtime` for what is not JSON. */
function parseAnswer(payload: string): Json {
  try {
    return JSON.parse(payload);
  } catch {
    throw runtimeError(`The function's answer is not JSON: ${payload.slice(0, 256)}`);
  }
}

/** What a task is given for one attempt. */
export interface TaskAttempt {
  readonly args: JsonDocument;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/**
 * Waits for `work` until a task's limits are reached, by the runtime's clock. Throws `States.Timeout`,
 * `States.HeartbeatTimeout` and {@link ChainAborted}; `work` hears by its signal that nobody waits any more.
 */
export async function withinLimits(
  { chain }: StateVisit,
  task: PendingTask,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const wait = linkController(chain.signal);
  try {
    if (chain.signal.aborted) throw new ChainAborted();
    await Promise.race([work(wait.signal), aborted(wait.signal), limitReached(chain, task, wait.signal)]);
    if (chain.signal.aborted) throw new ChainAborted();
  } finally {
    wait.unlink();
    wait.abort();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function limitReached(
  { run }: StateVisit['chain'],
  { startedMs, timeoutSeconds, heartbeatMs, heartbeatSeconds }: PendingTask,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = run.runtime;
  const timeoutMs = after(startedMs, timeoutSeconds);
  const silenceMs = after(heartbeatMs, heartbeatSeconds);
  const firstMs = Math.min(timeoutMs, silenceMs);
  if (firstMs === Number.POSITIVE_INFINITY) return aborted(signal);
  await clock.sleep(Math.max(0, firstMs - clock.now()), signal);
  throw new StatesError(silenceMs < timeoutMs ? 'States.HeartbeatTimeout' : 'States.Timeout');
}

function after(fromMs: number | undefined, seconds: number | undefined): number {
  if (fromMs === undefined || seconds === undefined) return Number.POSITIVE_INFINITY;
  return fromMs + seconds * 1_000;
}
