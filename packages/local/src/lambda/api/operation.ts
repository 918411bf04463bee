import { AwsError, type AwsRequest, type AwsResponse } from '../../aws.ts';
import type { FunctionInvoker, ObjectStore } from '../../contracts.ts';
import type { CodeStore } from '../../package/code-store.ts';
import type { Members } from '../../protocol/members.ts';
import type { FunctionRegistry } from '../function-registry.ts';
import type { LiveFunction } from '../live-function.ts';

/** What the operations work on. */
export interface ApiContext extends FunctionInvoker {
  readonly registry: FunctionRegistry;
  /** Where code is unzipped to. */
  readonly code: CodeStore;
  readonly objects: Pick<ObjectStore, 'read'>;
  readonly accountId: string;
  readonly region: string;
}

export interface Call {
  readonly request: AwsRequest;
  /** Of the path, decoded. */
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** An operation whose answer is JSON. Throws `AwsError`. */
export interface Operation {
  /** Method and path, such as `GET /2015-03-31/functions/{FunctionName}`. */
  readonly http: string;
  answer(call: Call & { readonly members: Members }, context: ApiContext): object | Promise<object>;
}

/** One whose body or answer is not JSON of its own. */
export interface RawOperation {
  readonly http: string;
  respond(call: Call, context: ApiContext): Promise<AwsResponse>;
}

export type Operations = Readonly<Record<string, Operation | RawOperation>>;

/** The label with the query's `Qualifier`, where the label has none. */
export function referenceOf({ labels, query }: Call): string {
  const name = labels['FunctionName'] ?? '';
  const qualifier = query.get('Qualifier');
  return qualifier === null || name.endsWith(`:${qualifier}`) ? name : `${name}:${qualifier}`;
}

/** The function that a call names. Throws `ResourceNotFoundException`, for versions too. */
export const functionOf = (call: Call, { registry }: ApiContext): LiveFunction =>
  registry.find(referenceOf(call));

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/** Throws `PreconditionFailedException` where a caller expects another revision than there is. */
export function assertRevision(
  expected: string | null | undefined,
  { revisionId }: { readonly revisionId: string },
): void {
  if (expected === undefined || expected === null || expected === revisionId) return;
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    412,
  );
}

/** A page of a list in the order of a text of each item, which the `Marker` is one of. */
export function pageOf<T>(
  items: readonly T[],
  query: URLSearchParams,
  { keyOf, most }: { keyOf: (item: T) => string; most: number },
): { readonly page: readonly T[]; readonly next: { readonly NextMarker?: string } } {
  const marker = query.get('Marker') ?? '';
  const wanted = Number(query.get('MaxItems') ?? most);
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw invalidParameter('MaxItems is no whole number from 1 to 10000.');
  }
  const rest = items.filter((item) => keyOf(item) > marker);
  const page = rest.slice(0, Math.min(wanted, most));
  const last = page.at(-1);
  return {
    page,
    next: rest.length > page.length && last !== undefined ? { NextMarker: keyOf(last) } : {},
  };
}
