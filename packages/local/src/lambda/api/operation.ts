import { AwsError, type AwsRequest, type AwsResponse } from '../../aws.ts';
import type { FunctionInvoker } from '../../contracts.ts';
import type { CodeStore } from '../../package/code-store.ts';
import type { FunctionRegistry } from '../function-registry.ts';

/** What the operations work on. */
export interface ApiContext extends FunctionInvoker {
  readonly registry: FunctionRegistry;
  /** Where code is unzipped to. */
  readonly code: CodeStore;
}

export interface Call {
  readonly request: AwsRequest;
  /** The function that the path names; empty where it names none. */
  readonly reference: string;
}

export interface Operation {
  /** Method and path, such as `GET /2015-03-31/functions/{FunctionName}`. */
  readonly http: string;
  /** Throws `AwsError`. */
  answer(call: Call, context: ApiContext): AwsResponse | Promise<AwsResponse>;
}

export type Operations = Readonly<Record<string, Operation>>;

export const FUNCTIONS = '/2015-03-31/functions';

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function json(body: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
