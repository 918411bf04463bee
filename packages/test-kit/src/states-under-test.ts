import type { FunctionInvoker, InvocationResult, LogWriter } from '@device-lifecycle/local/contracts.ts';
import type { Collections } from '@device-lifecycle/local/data/collections.ts';
import type {
  LoggingConfiguration,
  StateMachineConfig,
} from '@device-lifecycle/local/states/execution-log.ts';
import type { ExecutionStore } from '@device-lifecycle/local/states/execution-store.ts';
import { createStatesService, type StatesService } from '@device-lifecycle/local/states/states-service.ts';
import { callStates } from './call-states.ts';
import { FakeClock } from './fake-clock.ts';
import { type MemoryObjects, memoryObjects } from './object-store.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT_ID = '000000000000';

/** An event of a history, as the API gives it. */
export interface ApiEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly timestamp: number;
  // biome-ignore lint/suspicious/noExplicitAny: the details of each type have their own shape
  readonly [details: string]: any;
}

/** How an execution ended, its payloads parsed. */
export interface Outcome {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly executionArn: string;
  readonly events: readonly ApiEvent[];
}

export type Handler = (event: unknown, functionName: string) => unknown;

export interface Setup {
  readonly clock?: FakeClock;
  readonly handler?: Handler;
  readonly functions?: FunctionInvoker;
  readonly random?: () => number;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly loggingConfiguration?: LoggingConfiguration;
  readonly logs?: LogWriter;
  readonly objects?: MemoryObjects;
  /** For tests that export results. */
  readonly spoolDirectory?: string;
  readonly store?: ExecutionStore;
  readonly maxEndedExecutions?: number;
  readonly collections?: Collections;
  readonly endpointUrl?: () => string;
}

/** A failure with the given `errorType`, as a handler's. */
export class HandlerError extends Error {
  readonly payload: object;

  constructor(payload: object) {
    super('The handler failed.');
    this.name = 'HandlerError';
    this.payload = payload;
  }
}

/** Functions that all run one handler, in this process. */
export function functionsOf(handler: Handler): FunctionInvoker & { readonly events: unknown[] } {
  const events: unknown[] = [];
  return {
    events,
    async invoke(functionName, payload) {
      const event: unknown = JSON.parse(payload);
      events.push(event);
      const answer: Pick<InvocationResult, 'requestId' | 'logTail'> = { requestId: 'request-1', logTail: '' };
      try {
        return { ...answer, payload: JSON.stringify((await handler(event, functionName)) ?? null) };
      } catch (error) {
        if (!(error instanceof HandlerError)) throw error;
        return { ...answer, functionError: 'Unhandled', payload: JSON.stringify(error.payload) };
      }
    },
    async invokeAsync(functionName, payload) {
      events.push({ async: functionName, event: JSON.parse(payload) });
    },
  };
}

/** A state machine named `machine`. */
export function machineOf(definition: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): StateMachineConfig {
  return {
    name: 'machine',
    arn: `arn:aws:states:${REGION}:${ACCOUNT_ID}:stateMachine:machine`,
    type,
    definition: { QueryLanguage: 'JSONata', ...definition },
    roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/machine`,
  };
}

/** S3 with nothing in it, and no results that would be spooled. */
export function noObjects(): { objects: MemoryObjects; spoolDirectory: string } {
  return { objects: memoryObjects(), spoolDirectory: '/nowhere' };
}

/** The Step Functions service with one machine, and ways to use it. */
export class StatesUnderTest {
  readonly clock: FakeClock;
  readonly errors: string[] = [];
  readonly service: StatesService;
  readonly arn: string;

  constructor(definition: object, setup: Setup = {}) {
    const { loggingConfiguration, logs, objects, spoolDirectory, store, collections, endpointUrl } = setup;
    const machine = {
      ...machineOf(definition, setup.type),
      ...(loggingConfiguration === undefined ? {} : { loggingConfiguration }),
    };
    this.clock = setup.clock ?? new FakeClock();
    this.arn = machine.arn;
    this.service = createStatesService({
      machines: [machine],
      functions: setup.functions ?? functionsOf(setup.handler ?? ((event) => event)),
      clock: this.clock,
      accountId: ACCOUNT_ID,
      region: REGION,
      log: { info: () => undefined, warn: () => undefined, error: (message) => this.errors.push(message) },
      ...noObjects(),
      ...(objects === undefined ? {} : { objects }),
      ...(spoolDirectory === undefined ? {} : { spoolDirectory }),
      ...(store === undefined ? {} : { store }),
      ...(setup.maxEndedExecutions === undefined ? {} : { maxEndedExecutions: setup.maxEndedExecutions }),
      ...(collections === undefined ? {} : { collections }),
      ...(endpointUrl === undefined ? {} : { endpointUrl }),
      ...(logs === undefined ? {} : { logs }),
      ...(setup.random === undefined ? {} : { random: setup.random }),
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape of their operation
  call(operation: string, body: object): Promise<any> {
    return callStates(this.service, operation, body);
  }

  start(input: unknown = {}, name?: string): string {
    const { executionArn } = this.service.startExecution({
      stateMachineArn: this.arn,
      input: JSON.stringify(input),
      ...(name === undefined ? {} : { name }),
    });
    return executionArn;
  }

  async outcome(executionArn: string): Promise<Outcome> {
    const { status, output, error, cause } = await this.call('DescribeExecution', { executionArn });
    const { events } = await this.call('GetExecutionHistory', { executionArn, maxResults: 1000 });
    return {
      status,
      output: output === undefined ? undefined : JSON.parse(output),
      error,
      cause,
      executionArn,
      events,
    };
  }

  /** Runs an execution to its end, however long it sleeps. */
  async run(input: unknown = {}): Promise<Outcome> {
    const executionArn = this.start(input);
    await this.clock.runUntil(async () => {
      const { status } = await this.call('DescribeExecution', { executionArn });
      return status !== 'RUNNING';
    });
    return this.outcome(executionArn);
  }
}

/** Runs one execution of a machine. */
export async function runMachine(
  definition: object,
  input: unknown = {},
  setup: Setup = {},
): Promise<Outcome> {
  const states = new StatesUnderTest(definition, setup);
  const outcome = await states.run(input);
  await states.service.close();
  return outcome;
}

/** The types of the events, in order. */
export function typesOf({ events }: Outcome): string[] {
  return events.map(({ type }) => type);
}

/** A Task that invokes a function through `lambda:invoke`, and ends. */
export const INVOKE = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' },
} as const;
