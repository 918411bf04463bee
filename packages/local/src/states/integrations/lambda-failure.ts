import type { InvocationResult } from '../../contracts.ts';
import { isJsonObject } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { StatesError } from '../states-error.ts';

/**
 * The failure of a handler: the error name is its `errorType`, the cause its payload.
 * Source: "Handling errors in Step Functions workflows"; without a type it is `Lambda.Unknown`.
 */
export function handlerFailure({ payload }: InvocationResult): StatesError {
  const errorType = errorTypeIn(payload);
  if (errorType !== undefined) return new StatesError(errorType, payload);
  return new StatesError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}

/** The failure of the invocation itself: `Lambda.` and the name of the API's exception. */
export function invocationFailure(visit: StateVisit, thrown: unknown): StatesError {
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
