import { isUtf8 } from 'node:buffer';
import { ActionFailure, type ActionInput } from './action.ts';

/** The payload, for a service that takes text. Throws {@link ActionFailure} with `failure` for one that is none. */
export function payloadText({ payload, isJson }: ActionInput, failure: string): string {
  if (isJson || isUtf8(payload)) return payload.toString('utf8');
  throw new ActionFailure(failure);
}
