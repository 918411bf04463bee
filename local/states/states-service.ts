import type { AwsRequest, AwsResponse, AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, LogWriter, RuntimeLog } from '../contracts.ts';
import { type JsonOperations, operationOf, parseJsonMembers } from '../json-operations.ts';
import { getExecutionHistory } from './api/execution-history.ts';
import {
  describeExecution,
  listExecutions,
  startExecution,
  startSyncExecution,
  stopExecution,
} from './api/execution-operations.ts';
import { findExecution, findMachine, findMapRun, findStandardExecution } from './api/lookup.ts';
import {
  describeStateMachine,
  describeStateMachineForExecution,
  listStateMachines,
  listTagsForResource,
  validateStateMachineDefinition,
} from './api/machine-operations.ts';
import { describeMapRun, listMapRuns, updateMapRun } from './api/map-run-operations.ts';
import type { ApiContext, Operation } from './api/operations.ts';
import { redriveExecution } from './api/redrive.ts';
import { RedriveTokens } from './api/redrive-tokens.ts';
import { executionInput, executionName } from './api/request.ts';
import { createMachine } from './create-machine.ts';
import { ChildExecutions } from './distributed/child-executions.ts';
import { MapRuns } from './distributed/map-runs.ts';
import type { ObjectStore } from './distributed/object-store.ts';
import type { ExecutionStore } from './execution-store.ts';
import { createMemoryExecutionStore } from './execution-store.ts';
import { Executions } from './executions.ts';
import type { JsonObject } from './json.ts';
import { describe } from './jsonata.ts';
import { MachineVersions } from './machine-versions.ts';
import { type InterruptedExecution, resumeExecutions } from './resume-executions.ts';
import type { StateMachineConfig } from './state-machine-config.ts';

export interface StatesServiceOptions {
  readonly machines: readonly StateMachineConfig[];
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
  /** As the API's StartExecution, for the runtime's own use. Throws `AwsError` with the API's codes. */
  startExecution(request: StartExecutionRequest): { executionArn: string; startDate: Date };
  /** Goes on with executions of the store that an earlier runtime has left running. */
  resume(interrupted: readonly InterruptedExecution[]): void;
  /** Ends what runs: waits, timers and tasks. Executions that run are gone with their store. */
  close(): Promise<void>;
}

const OPERATIONS = new Map<string, Operation>([
  ['ListStateMachines', listStateMachines],
  ['DescribeStateMachine', describeStateMachine],
  ['DescribeStateMachineForExecution', describeStateMachineForExecution],
  ['ValidateStateMachineDefinition', validateStateMachineDefinition],
  ['ListTagsForResource', listTagsForResource],
  ['StartExecution', startExecution],
  ['StartSyncExecution', startSyncExecution],
  ['DescribeExecution', describeExecution],
  ['ListExecutions', listExecutions],
  ['StopExecution', stopExecution],
  ['RedriveExecution', redriveExecution],
  ['DescribeMapRun', describeMapRun],
  ['ListMapRuns', listMapRuns],
  ['UpdateMapRun', updateMapRun],
  ['GetExecutionHistory', getExecutionHistory],
]);

const API: JsonOperations<Operation> = {
  service: 'Step Functions',
  targetPrefix: 'AWSStepFunctions.',
  operations: OPERATIONS,
};

/**
 * Makes AWS Step Functions of a template's state machines.
 * Throws `InvalidDefinition` for a machine that is not valid or that can't be run here.
 */
export function createStatesService(options: StatesServiceOptions): StatesService {
  const { clock, functions, log, region, accountId, random = Math.random } = options;
  const logs = options.logs ?? { write: () => undefined };
  const store = options.store ?? createMemoryExecutionStore();
  const children = new ChildExecutions();
  const { objects, spoolDirectory } = options;
  const mapRuns = new MapRuns({ clock, store, children, objects, spoolDirectory });
  const machines = new Map(
    options.machines.map((config) => [config.arn, createMachine(config, clock.now(), mapRuns)]),
  );
  const versions = new MachineVersions(mapRuns);
  const runtime = { clock, functions, log, logs, region, accountId, random };
  const executions = new Executions(runtime, store);
  const context: ApiContext = {
    clock,
    executions,
    children,
    mapRuns,
    redriveTokens: new RedriveTokens(),
    machines: [...machines.values()],
    machine: (arn) => findMachine(machines, arn),
    machineOf({ executionArn, stateMachineArn }) {
      const machine = findMachine(machines, stateMachineArn);
      return versions.of(machine, store.definitionOf(executionArn) ?? machine.definitionText);
    },
    execution: (arn) => findExecution(executions, children, arn),
    standardExecution: (arn) => findStandardExecution(executions, children, arn),
    mapRun: (arn) => findMapRun(mapRuns, arn),
  };
  return {
    handle: (request) => handle(request, context),
    startExecution({ stateMachineArn, name, input }) {
      const { executionArn, startDateMs } = executions.start({
        machine: context.machine(stateMachineArn),
        name: executionName(name === undefined ? {} : { name }),
        input: executionInput(input === undefined ? {} : { input }),
        traceHeader: undefined,
      });
      return { executionArn, startDate: new Date(startDateMs) };
    },
    resume(interrupted) {
      resumeExecutions(interrupted, { executions, machines, versions, log });
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
