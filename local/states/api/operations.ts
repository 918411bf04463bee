import type { ExecutionRecord } from '../execution-store.ts';
import type { Executions } from '../executions.ts';
import type { JsonObject } from '../json.ts';
import type { Machine } from '../machine.ts';

/** What the operations work with. */
export interface ApiContext {
  readonly executions: Executions;
  /** Throws `InvalidArn` and `StateMachineDoesNotExist`. */
  machine(arn: string): Machine;
  /** Throws `InvalidArn` and `ExecutionDoesNotExist`. */
  execution(arn: string): ExecutionRecord;
  readonly machines: readonly Machine[];
}

/** Answers one operation of the API; the answer is its body. Throws `AwsError`. */
export type Operation = (request: JsonObject, context: ApiContext) => object | Promise<object>;

/** Dates go over the wire as seconds since the epoch. */
export function epochSeconds(ms: number): number {
  return ms / 1_000;
}
