import type { AwsRequest, AwsResponse, AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, LogWriter, ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type JsonOperations, operationOf, parseJsonMembers } from '../protocol/json.ts';
import { startExecution } from './api/execution-operations.ts';
import {
  findExecution,
  findMachine,
  findMapRun,
  findStandardExecution,
  requireResourceType,
} from './api/lookup.ts';
import { OPERATIONS } from './api/operation-map.ts';
import type { ApiContext, Operation } from './api/operations.ts';
import { RedriveTokens } from './api/redrive-tokens.ts';
import type { StatesRuntime } from './chain.ts';
import { ChildExecutions } from './distributed/child-executions.ts';
import { MapRuns } from './distributed/map-runs.ts';
import type { ObjectStore } from './distributed/object-store.ts';
import type { ExecutionStore } from './execution-store.ts';
import { createMemoryExecutionStore } from './execution-store.ts';
import { Executions } from './executions.ts';
import { PendingTasks } from './integrations/pending-tasks.ts';
import type { JsonObject } from './json.ts';
import { describe } from './jsonata.ts';
import { MachineRegistry } from './machine-registry.ts';
import { MachineVersions } from './machine-versions.ts';
import { type InterruptedExecution, resumeExecutions } from './resume-executions.ts';
import type { StateMachineConfig } from './state-machine-config.ts';

export interface StatesServiceOptions {
  /** State machines that are there from the start, as if a stack had put them. */
  readonly machines?: readonly StateMachineConfig[];
  readonly functions: FunctionInvoker;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly log: RuntimeLog;
  /** Takes the events that state machines log; nobody when absent. */
  readonly logs?: LogWriter;
  /** S3, for the readers and the result writers of Distributed Maps. */
  readonly objects: ObjectStore;
  /** Where the results of map runs are kept until they are written to S3; made when it is needed. */
  readonly spoolDirectory: string;
  /** In memory when absent. */
  readonly store?: ExecutionStore;
  /** Machines and tasks that wait; in memory when absent. */
  readonly collections?: Collections;
  /** In [0, 1), for the jitter of retries; `Math.random` when absent. */
  readonly random?: () => number;
}

export interface StartExecutionRequest {
  readonly stateMachineArn: string;
  /** A UUID when absent. */
  readonly name?: string;
  /** JSON text; an empty object when absent. */
  readonly input?: string;
}

export interface StatesService {
  /** Answers the API's calls: AWS JSON 1.0, `X-Amz-Target: AWSStepFunctions.{operation}`. */
  readonly handle: AwsService;
  /** The state machines of stacks. */
  readonly machines: ResourceKeeper<StateMachineConfig>;
  /** As the API's StartExecution, for the runtime's own use. Throws `AwsError` with the API's codes. */
  startExecution(request: StartExecutionRequest): { executionArn: string; startDate: Date };
  /** Goes on with executions of the store that an earlier runtime has left running. */
  resume(interrupted: readonly InterruptedExecution[]): void;
  /** Ends what runs: waits, timers and tasks. Executions that run are gone with their store. */
  close(): Promise<void>;
}

const API: JsonOperations<Operation> = {
  service: 'Step Functions',
  targetPrefix: 'AWSStepFunctions.',
  operations: OPERATIONS,
};

/**
 * Makes AWS Step Functions. Throws `InvalidDefinition` for a machine that is not valid or that can't be run here.
 */
export function createStatesService(options: StatesServiceOptions): StatesService {
  const { clock, functions, log, region, accountId, random = Math.random } = options;
  const { collections = memoryCollections } = options;
  const logs = options.logs ?? { write: () => undefined };
  const store = options.store ?? createMemoryExecutionStore();
  const children = new ChildExecutions();
  const { objects, spoolDirectory } = options;
  const mapRuns = new MapRuns({ clock, store, children, objects, spoolDirectory });
  const pending = new PendingTasks(clock, collections);
  const common = { clock, region, accountId, pending };
  const runtime: StatesRuntime = { ...common, functions, log, logs, random };
  const executions = new Executions(runtime, store);
  const registry = new MachineRegistry({
    clock,
    mapRuns,
    log,
    records: collections.open('state-machines'),
    executions,
  });
  for (const machine of options.machines ?? []) registry.put(machine);
  const versions = new MachineVersions(mapRuns);
  const context: ApiContext = {
    ...common,
    runtime,
    executions,
    children,
    mapRuns,
    registry,
    redriveTokens: new RedriveTokens(),
    target(arn) {
      requireResourceType(arn, ['stateMachine']);
      return findMachine(registry, arn);
    },
    machineOf({ executionArn, stateMachineArn }) {
      const { machine } = findMachine(registry, stateMachineArn);
      return versions.of(machine, store.definitionOf(executionArn) ?? machine.definitionText);
    },
    execution: (arn) => findExecution(executions, children, arn),
    standardExecution: (arn) => findStandardExecution(executions, children, arn),
    executionExists: (arn) => (children.find(arn) ?? executions.find(arn)) !== undefined,
    mapRun: (arn) => findMapRun(mapRuns, arn),
  };
  return {
    handle: (request) => handle(request, context),
    machines: registry.keeper,
    startExecution(request) {
      const { executionArn, startDate } = startExecution({ ...request }, context);
      return { executionArn, startDate: new Date(startDate * 1_000) };
    },
    resume(interrupted) {
      const running = new Set(interrupted.map(({ executionArn }) => executionArn));
      const hasMapRuns = store.unfinishedMapRuns().length > 0;
      pending.prune((arn) => running.has(arn) || (hasMapRuns && arn.includes('/')));
      resumeExecutions(interrupted, { executions, machine: (arn) => registry.get(arn), versions, log });
      registry.resume();
      mapRuns.cleanUp((error) => log.error(`results of a map run are left behind: ${describe(error)}`));
    },
    async close() {
      await Promise.all([executions.close(), children.close(), mapRuns.close()]);
    },
  };
}

async function handle(request: AwsRequest, context: ApiContext): Promise<AwsResponse> {
  const operation = operationOf(request, API);
  const answer = await operation(parseJsonMembers(request.body) as JsonObject, context);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(answer),
  };
}
