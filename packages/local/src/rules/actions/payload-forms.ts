import { isUtf8 } from 'node:buffer';
import { ActionFailure, type ActionInput } from './action.ts';

/** The payload, for a service that takes text. Throws {@link ActionFailure} with `failure` for one that is none. */
export function payloadText({ payload }: Pick<ActionInput, 'payload'>, failure: string): string {
  if (typeof payload === 'string') return payload;
  if (isUtf8(payload)) return payload.toString('utf8');
  throw new ActionFailure(failure);
}

/** The payload, for a service that takes bytes. */
export function payloadBytes({ payload }: Pick<ActionInput, 'payload'>): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
