import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, LogWriter, ObjectStore, ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type JsonOperations, operationOf, parseJsonMembers } from '../protocol/json.ts';
import { startExecution } from './api/executions.ts';
import { OPERATIONS } from './api/operation-map.ts';
import type { ApiContext, Operation } from './api/operations.ts';
import {
  findExecution,
  findMachine,
  findMapRun,
  findStandardExecution,
  membersOf,
  RedriveTokens,
  requireResourceType,
} from './api/request.ts';
import type { StatesRuntime } from './chain.ts';
import { ChildExecutions } from './distributed/child-executions.ts';
import { MapRuns } from './distributed/map-runs.ts';
import { EndedExecutions } from './ended-executions.ts';
import type { StateMachineConfig } from './execution-log.ts';
import { createMemoryExecutionStore, type ExecutionStore } from './execution-store.ts';
import { Executions } from './executions.ts';
import { PendingTasks } from './integrations/pending-tasks.ts';
import { describe } from './jsonata/jsonata.ts';
import type { Machine } from './machine.ts';
import { MachineRegistry, MachineVersions } from './machine-registry.ts';

/** An execution that was running when the runtime ended. */
export interface InterruptedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** JSON text of the definition that it was started with. */
  readonly definition: string;
}

export interface ResumeOptions {
  readonly executions: Pick<Executions, 'resume'>;
  machine(arn: string): Machine | undefined;
  readonly versions: MachineVersions;
  readonly log: RuntimeLog;
}

/**
 * Has executions go on, each with the definition that it was started with. Those of machines that are gone, or that can't be run any longer, stay as they are.
 */
export function resumeExecutions(interrupted: readonly InterruptedExecution[], options: ResumeOptions): void {
  const { executions } = options;
  const found = new Map<string, Machine | undefined>();
  for (const { executionArn, stateMachineArn, definition } of interrupted) {
    const key = `${stateMachineArn}\n${definition}`;
    if (!found.has(key)) found.set(key, findVersion(stateMachineArn, definition, options));
    const version = found.get(key);
    if (version !== undefined) executions.resume(version, executionArn);
  }
}

function findVersion(
  arn: string,
  definition: string,
  { machine: find, versions, log }: ResumeOptions,
): Machine | undefined {
  const machine = find(arn);
  if (machine === undefined) {
    log.warn(`executions of ${arn} stay RUNNING until the template has it again`);
    return undefined;
  }
  try {
    return versions.of(machine, definition);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.error(`executions of ${arn} stay RUNNING, as an earlier definition is refused: ${error.message}`);
    return undefined;
  }
}

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
  /** How many executions that have ended are kept, the latest ones; 10,000 when absent. */
  readonly maxEndedExecutions?: number;
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
  const { objects, spoolDirectory, maxEndedExecutions } = options;
  const mapRuns = new MapRuns({ clock, store, children, objects, spoolDirectory });
  const pending = new PendingTasks(clock, collections);
  const common = { clock, region, accountId, pending };
  const runtime: StatesRuntime = { ...common, functions, log, logs, random };
  const ended = new EndedExecutions({ clock, store, mapRuns, maxEndedExecutions });
  const executions = new Executions(runtime, store, ended);
  const registry = new MachineRegistry({
    clock,
    mapRuns,
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
      const { executionArn, startDate } = startExecution(membersOf({ ...request }), context);
      return { executionArn, startDate: new Date(startDate * 1_000) };
    },
    resume(interrupted) {
      const running = new Set(interrupted.map(({ executionArn }) => executionArn));
      const hasMapRuns = store.unfinishedMapRuns().length > 0;
      pending.prune((arn) => running.has(arn) || (hasMapRuns && arn.includes('/')));
      resumeExecutions(interrupted, { executions, machine: (arn) => registry.get(arn), versions, log });
      mapRuns.cleanUp((error) => log.error(`results of a map run are left behind: ${describe(error)}`));
    },
    async close() {
      await Promise.all([executions.close(), children.close(), mapRuns.close()]);
    },
  };
}

async function handle(request: AwsRequest, context: ApiContext): Promise<AwsResponse> {
  const operation = operationOf(request, API);
  const answer = await operation(membersOf(parseJsonMembers(request.body)), context);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(answer),
  };
}
