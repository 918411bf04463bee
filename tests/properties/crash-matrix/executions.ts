import type { FunctionInvoker } from '../../../local/contracts.ts';
import { createMemoryExecutionStore, type ExecutionStore } from '../../../local/states/execution-store.ts';
import { createStatesService, type StatesService } from '../../../local/states/states-service.ts';
import type { StateMachineResource } from '../../../local/template/stack.ts';
import type { Cloud } from './cloud.ts';

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
  readonly service: StatesService;
  start(machine: string, name: string, input: object): void;
  /** Lets time pass until none runs. */
  settle(): Promise<void>;
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

/** Notes which executions there are. */
function listing(store: ExecutionStore, arns: string[]): ExecutionStore {
  return {
    ...store,
    open(start) {
      arns.push(start.executionArn);
      return store.open(start);
    },
  };
}

/** The state machines of the template; what their tasks do is up to `functions`. */
export function createExecutions(
  { clock, template, objects }: Cloud,
  functions: FunctionInvoker,
  {
    spoolDirectory,
    store: kept = createMemoryExecutionStore(),
  }: {
    readonly spoolDirectory: string;
    readonly store?: ExecutionStore;
  },
): Executions {
  const arns: string[] = [];
  const store = listing(kept, arns);
  const machines = template.stack.stateMachines.map(smallBatches);
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
  const records = () => arns.flatMap((arn) => store.get(arn) ?? []);
  return {
    service,
    start(machine, name, input) {
      const { arn } = machines.find((each) => each.name.endsWith(`-${machine}`)) ?? {};
      if (arn === undefined) throw new Error(`There is no state machine ${machine}.`);
      service.startExecution({ stateMachineArn: arn, name, input: JSON.stringify(input) });
    },
    async settle() {
      await clock.runUntil(() => records().every(({ end }) => end !== undefined));
      if (errors.length > 0) throw new Error(errors.join('\n'));
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
