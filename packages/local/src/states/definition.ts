import type { Json, JsonObject } from './values.ts';

/** The parts of the Amazon States Language that this runtime runs, as they are once validated. */
export interface StatesContainer {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface StateMachineDefinition extends StatesContainer {
  readonly Comment?: string;
  readonly Version?: string;
  /** {@link DEFAULT_QUERY_LANGUAGE} when absent. */
  readonly QueryLanguage?: QueryLanguageName;
  /** The limit of an execution, in seconds. */
  readonly TimeoutSeconds?: number;
}

export type QueryLanguageName = 'JSONata' | 'JSONPath';

/** Of definitions that name none. */
export const DEFAULT_QUERY_LANGUAGE: QueryLanguageName = 'JSONPath';

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type StateType = State['Type'];

interface Described {
  readonly Comment?: string;
  /** That of the state machine when absent. */
  readonly QueryLanguage?: QueryLanguageName;
}

/** What evaluates after a state, or after the rule or catcher that left it. */
export interface Results {
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

interface Flow {
  readonly Next?: string;
  readonly End?: boolean;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher extends Results {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

interface Recovery {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Described, Flow, Results, Recovery {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Json;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
}

export interface PassState extends Described, Flow, Results {
  readonly Type: 'Pass';
}

export interface ChoiceRule extends Results {
  readonly Condition: string | boolean;
  readonly Next: string;
}

export interface ChoiceState extends Described, Results {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends Described, Flow, Results {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
}

export interface SucceedState extends Described {
  readonly Type: 'Succeed';
  readonly Output?: Json;
}

export interface FailState extends Described {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

export interface ParallelState extends Described, Flow, Results, Recovery {
  readonly Type: 'Parallel';
  readonly Branches: readonly StatesContainer[];
  readonly Arguments?: Json;
}

export interface ItemProcessor extends StatesContainer {
  readonly ProcessorConfig?:
    | { readonly Mode?: 'INLINE' }
    | { readonly Mode: 'DISTRIBUTED'; readonly ExecutionType: ExecutionType };
}

/** The processor of a Map, by whichever of its names. */
export function processorOf({ ItemProcessor, Iterator: iterator }: MapState): ItemProcessor {
  const processor = ItemProcessor ?? iterator;
  if (processor === undefined) throw new TypeError('The Map has no ItemProcessor.');
  return processor;
}

/** How child executions run, and state machines. */
export type ExecutionType = 'STANDARD' | 'EXPRESS';

export interface MapState extends Described, Flow, Results, Recovery {
  readonly Type: 'Map';
  readonly Items?: Json;
  /** In JSONPath: `ItemProcessor` by the name that it had before. */
  readonly Iterator?: ItemProcessor;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number | string;
  readonly ItemProcessor?: ItemProcessor;
  /** What follows belongs to Distributed Map. */
  readonly ItemReader?: Json;
  readonly ItemBatcher?: Json;
  readonly ResultWriter?: Json;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly Label?: string;
}
