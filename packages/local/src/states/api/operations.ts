import type { Clock } from '../../clock.ts';
import type { StatesRuntime } from '../chain.ts';
import type { ChildExecutions } from '../distributed/child-executions.ts';
import type { MapRunRecord } from '../distributed/map-run-record.ts';
import type { MapRuns } from '../distributed/map-runs.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import type { Executions } from '../executions.ts';
import type { PendingTasks } from '../integrations/pending-tasks.ts';
import type { JsonObject } from '../json.ts';
import type { Machine } from '../machine.ts';
import type { MachineRecord } from '../machine-record.ts';
import type { MachineRegistry } from '../machine-registry.ts';
import type { RedriveTokens } from './redrive-tokens.ts';

/** What the operations work with. */
export interface ApiContext {
  readonly clock: Clock;
  readonly runtime: StatesRuntime;
  readonly executions: Executions;
  readonly children: ChildExecutions;
  readonly mapRuns: MapRuns;
  readonly redriveTokens: RedriveTokens;
  readonly region: string;
  readonly accountId: string;
  readonly registry: MachineRegistry;
  readonly pending: PendingTasks;
  /** The machine of an ARN. Throws `InvalidArn` and `StateMachineDoesNotExist`. */
  target(arn: string): { readonly machine: Machine; readonly record: MachineRecord };
  /** Whether an execution is known, also one of a map run. */
  executionExists(arn: string): boolean;
  /**
   * The machine that an execution runs, with the definition that it was started with. Throws
   * `StateMachineDoesNotExist`, and `InvalidDefinition` for a definition that can't be run any longer.
   */
  machineOf(execution: ExecutionRecord): Machine;
  /** Throws `InvalidArn` and `ExecutionDoesNotExist`. */
  execution(arn: string): ExecutionRecord;
  /** As `execution`, for what AWS does with Standard executions alone. */
  standardExecution(arn: string): ExecutionRecord;
  /** Throws `InvalidArn` and `ResourceNotFound`. */
  mapRun(arn: string): MapRunRecord;
}

/** Answers one operation of the API; the answer is its body. Throws `AwsError`. */
export type Operation = (request: JsonObject, context: ApiContext) => object | Promise<object>;

/** Dates go over the wire as seconds since the epoch. */
export function epochSeconds(ms: number): number {
  return ms / 1_000;
}
