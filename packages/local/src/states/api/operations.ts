import { AwsError } from '../../aws.ts';
import type { Clock } from '../../clock.ts';
import { isTooDeepJson } from '../../protocol/json.ts';
import type { Members } from '../../protocol/members.ts';
import type { StatesRuntime } from '../chain.ts';
import type { ChildExecutions } from '../distributed/child-executions.ts';
import type { MapRunRecord } from '../distributed/map-run-record.ts';
import type { MapRuns } from '../distributed/map-runs.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import type { Executions } from '../executions.ts';
import type { PendingTasks } from '../integrations/pending-tasks.ts';
import type { Machine } from '../machine.ts';
import type { MachineRecord, MachineRegistry } from '../machine-registry.ts';
import { exceedsPayloadQuota, MAX_PAYLOAD_BYTES } from '../values.ts';
import type { RedriveTokens } from './request.ts';

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
export type Operation = (request: Members, context: ApiContext) => object | Promise<object>;

/** Dates go over the wire as seconds since the epoch. */
export function epochSeconds(ms: number): number {
  return ms / 1_000;
}

const MAX_TOKEN_LENGTH = 2_048;
const MAX_ERROR_LENGTH = 256;
const MAX_CAUSE_LENGTH = 32_768;

/** SendTaskSuccess. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export function sendTaskSuccess(request: Members, context: ApiContext): object {
  const token = requiredToken(request);
  const output = requiredOutput(request);
  context.pending.settle(token, { output }, context.executionExists);
  return {};
}

/** SendTaskFailure. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
export function sendTaskFailure(request: Members, context: ApiContext): object {
  const token = requiredToken(request);
  const error = request.optionalText('error', { min: 0, max: MAX_ERROR_LENGTH });
  const cause = request.optionalText('cause', { min: 0, max: MAX_CAUSE_LENGTH });
  context.pending.settle(token, { error, cause }, context.executionExists);
  return {};
}

/** SendTaskHeartbeat. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html */
export function sendTaskHeartbeat(request: Members, context: ApiContext): object {
  context.pending.beat(requiredToken(request), context.executionExists);
  return {};
}

function requiredToken(request: Members): string {
  return request.text('taskToken', { max: MAX_TOKEN_LENGTH });
}

/** Throws `InvalidOutput` for what is not JSON. */
function requiredOutput(request: Members): string {
  const output = request.text('output', { min: 0 });
  if (exceedsPayloadQuota(output)) {
    throw request.invalid('output', `Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`);
  }
  if (isTooDeepJson(output)) throw invalidOutput('It is nested too deeply.');
  try {
    JSON.parse(output);
    return output;
  } catch (error) {
    throw invalidOutput(error instanceof Error ? error.message : String(error));
  }
}

function invalidOutput(reason: string): AwsError {
  return new AwsError('InvalidOutput', `Invalid Output: '${reason}'`);
}
