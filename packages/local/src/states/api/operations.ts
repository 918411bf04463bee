import type { Clock } from '../../clock.ts';
import type { Activities } from '../activities.ts';
import type { StatesRuntime } from '../chain.ts';
import type { ChildExecutions } from '../distributed/child-executions.ts';
import type { MapRunRecord } from '../distributed/map-run-record.ts';
import type { MapRuns } from '../distributed/map-runs.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import type { Executions } from '../executions.ts';
import type { PendingTasks } from '../integrations/pending-tasks.ts';
import type { JsonObject } from '../json.ts';
import type { Machine } from '../machine.ts';
import type { MachineRegistry } from '../machine-registry.ts';
import type { MachineTarget } from '../machine-targets.ts';
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
  readonly activities: Activities;
  readonly pending: PendingTasks;
  /** Aborts when the service ends: nobody is to wait any more. */
  readonly closing: AbortSignal;
  /** What an ARN of a machine, a version or an alias stands for. Throws `InvalidArn` and `StateMachineDoesNotExist`. */
  target(arn: string): MachineTarget;
  /** Throws `InvalidArn` for what is no ARN of a machine. */
  requireMachineArn(arn: string): void;
  /** Throws `InvalidArn` for what is no ARN of an activity. */
  requireActivityArn(arn: string): void;
  /** Throws `InvalidArn` for what can't have tags. */
  requireTaggableArn(arn: string): void;
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

/** Answers one operation of the API; the answer is its body. `gone` aborts when nobody waits for it. Throws `AwsError`. */
export type Operation = (
  request: JsonObject,
  context: ApiContext,
  gone?: AbortSignal,
) => object | Promise<object>;

/** Dates go over the wire as seconds since the epoch. */
export function epochSeconds(ms: number): number {
  return ms / 1_000;
}
