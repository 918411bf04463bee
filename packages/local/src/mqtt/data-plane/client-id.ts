import { invalidRequest } from '../../iot/errors.ts';
import type { DataRequest } from './operation.ts';

const MAX_LENGTH = 128;

/** The client id of a request's path. Throws `InvalidRequestException`. */
export function clientIdOf({ labels: { clientId = '' } }: DataRequest): string {
  if (clientId.startsWith('$')) throw invalidRequest(`The client id ${clientId} can't start with a $.`);
  if (clientId.length > MAX_LENGTH) throw invalidRequest(`A client id has ${MAX_LENGTH} characters at most.`);
  return clientId;
}

/** A flag of a query: `true` or `false`, in any case, and false where it is missing. Throws `InvalidRequestException`. */
export function flagOf({ query }: DataRequest, name: string): boolean {
  const value = (query.get(name) ?? 'false').toLowerCase();
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidRequest(`${name} must be true or false.`);
}
