import type { ObjectSchema } from '../schema/schema.ts';

/** `GET /api/executions/inputs`: what each state machine takes, without who asks for it, which the server knows. */
export interface ExecutionInputs {
  readonly machines: readonly { readonly machine: string; readonly schema: ObjectSchema }[];
}
