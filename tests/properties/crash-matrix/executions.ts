import type { FunctionInvoker, ObjectStore } from '@device-lifecycle/local/contracts.ts';
import {
  createMemoryExecutionStore,
  type ExecutionStore,
} from '@device-lifecycle/local/states/execution-store.ts';
import {
  createStatesService,
  type InterruptedExecution,
  type StatesService,
} from '@device-lifecycle/local/states/states-service.ts';
import type { StateMachineResource } from '@device-lifecycle/local/template/stack.ts';
import type { Cloud } from './cloud.ts';
import type { Platform } from './platform.ts';

/** Small, so that a small fleet has several. */
export const DEVICES_PER_BATCH = 2;

/** How an execution has ended. */
export interface Outcome {
  readonly machine: string;
  readonly name: string;
  readonly status: string;
  /** JSON text. */
  readonly output: string | undefined;
  readonly error: string | undefined;
}

/** Step Functions with the service's state machines. */
export interface Executions {
  /** The one that runs now. */
  readonly service: StatesService;
  start(machine: string, name: string, input: object): void;
  /** Lets time pass until none runs, or until its runtime is dead. */
  settle(isDead?: () => boolean): Promise<void>;
  outcomes(): readonly Outcome[];
  close(): Promise<void>;
}

const smallBatches = ({ definition, ...machine }: StateMachineResource): StateMachineResource => ({
  ...machine,
  definition: JSON.parse(
    JSON.stringify(definition).replaceAll(
      /"MaxItemsPerBatch":\d+/g,
      `"MaxItemsPerBatch":${DEVICES_PER_BATCH}`,
    ),
  ),
});

/** The state machines of the template, with small batches. */
export const machinesOf = ({ template }: Pick<Cloud, 'template'>): readonly StateMachineResource[] =>
  template.stack.stateMachines.map(smallBatches);

/** Functions, as state machines invoke them. */
export const invokerOf = (platform: Platform): FunctionInvoker => ({
  invoke: (functionName, payload) => platform.invokeTask(functionName, payload),
  invokeAsync: () => Promise.reject(new Error('No state machine does that.')),
});

interface Kept {
  readonly spoolDirectory: string;
  /** In memory when absent. */
  readonly store?: ExecutionStore;
  readonly interrupted?: readonly InterruptedExecution[];
}

/** The state machines of the template; what their tasks do is up to `functions`. */
export function createExecutions(
  { clock, template, objects }: Pick<Cloud, 'clock' | 'template'> & { readonly objects: ObjectStore },
  functions: FunctionInvoker,
  { spoolDirectory, store = createMemoryExecutionStore(), interrupted = [] }: Kept,
): Executions {
  const machines = machinesOf({ template });
  const errors: string[] = [];
  const service = createStatesService({
    machines,
    functions,
    clock,
    accountId: template.environment.accountId,
    region: template.environment.region,
    log: { info: () => undefined, warn: () => undefined, error: (message) => errors.push(message) },
    objects,
    spoolDirectory,
    store,
    random: () => 0.5,
  });
  service.resume(interrupted);
  const records = () => machines.flatMap(({ arn }) => [...store.list(arn, Number.POSITIVE_INFINITY)]);
  return {
    service,
    start(machine, name, input) {
      const { arn } = machines.find((each) => each.name.endsWith(`-${machine}`)) ?? {};
      if (arn === undefined) throw new Error(`There is no state machine ${machine}.`);
      service.startExecution({ stateMachineArn: arn, name, input: JSON.stringify(input) });
    },
    async settle(isDead = () => false) {
      await clock.runUntil(() => isDead() || records().every(({ end }) => end !== undefined));
      if (!isDead() && errors.length > 0) throw new Error(errors.join('\n'));
    },
    outcomes: () =>
      records().map(({ name, stateMachineArn, end }) => ({
        machine: stateMachineArn.split(':').at(-1) ?? '',
        name,
        status: end?.status ?? 'RUNNING',
        output: end?.output,
        error: end?.error,
      })),
    close: () => service.close(),
  };
}
