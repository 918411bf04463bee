import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, LogWriter, RuntimeLog } from '../contracts.ts';
import type { StateType } from './definition.ts';
import type { DeployedMachine } from './execution-log.ts';
import type { History, Progress } from './history.ts';
import type { PendingTasks } from './integrations/pending-tasks.ts';
import { ChainAborted, type Json, type JsonObject } from './values.ts';

export type Variables = Readonly<Record<string, Json>>;

/** What the states of an execution work with. */
export interface StatesRuntime {
  readonly clock: Clock;
  readonly functions: FunctionInvoker;
  /** The tasks that wait for their token to come back. */
  readonly pending: PendingTasks;
  readonly log: RuntimeLog;
  /** Takes the events that state machines log. */
  readonly logs: LogWriter;
  readonly region: string;
  readonly accountId: string;
  /** In [0, 1): where a retry with full jitter falls. */
  readonly random: () => number;
}

/** One execution while it runs. */
export interface ExecutionRun {
  readonly runtime: StatesRuntime;
  readonly machine: DeployedMachine;
  readonly executionArn: string;
  readonly history: History;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: JsonObject;
  /** Called just before the execution ends from outside, while its history still takes events. */
  readonly beforeEnd: Set<() => void>;
  /** How many states were entered. */
  transitions: number;
  /** Whether it goes on because it was redriven. */
  isRedriven: boolean;
  /** Whether the runtime has let go of it: nothing of it is to be finished. */
  abandoned: boolean;
  /** The size of the variables of all its chains. */
  variableBytes: number;
}

/** States that follow one another: the execution itself, a branch of a Parallel or an iteration of a Map. */
export interface Chain {
  readonly run: ExecutionRun;
  /** Aborts when the chain is to end early. */
  readonly signal: AbortSignal;
  /** `Map` of the context object, inside an iteration. */
  readonly mapItem: JsonObject | undefined;
  /** Where it is in its execution, the same whenever the execution is gone on with; empty for the execution's own. */
  readonly place: string;
  /** How far the execution has come; of the execution's own chain alone. */
  readonly progress?: Progress;
  /** Called before the state in which the chain is aborted is told of. */
  beforeAbort?: (() => void) | undefined;
  /** The sizes of the variables that it has assigned itself, by name. */
  readonly ownVariables: Map<string, number>;
  variables: Variables;
  previousEventId: number;
  /** The type of the state that it failed in. */
  failedIn?: StateType;
  /** How many states it has entered. */
  visits: number;
}

/** How often a chain lets timers and sockets have their turn. */
const TRANSITIONS_PER_TURN = 64;

/** A chain inside a state: it sees the variables of `chain`, and what it assigns stays in it. */
export function forkChain(chain: Chain, signal: AbortSignal, place: string, mapItem = chain.mapItem): Chain {
  const { run, variables, previousEventId, beforeAbort } = chain;
  const ownVariables = new Map<string, number>();
  return { run, signal, mapItem, place, variables, ownVariables, previousEventId, beforeAbort, visits: 0 };
}

/**
 * Counts a transition. Whether {@link nextTurn} is to be waited for before the state does anything. Throws
 * {@link ChainAborted} when the chain is to end.
 */
export function nextTransition(chain: Chain): boolean {
  if (chain.signal.aborted) throw new ChainAborted();
  chain.run.transitions += 1;
  // States that wait for nothing would otherwise never let a timeout or a StopExecution through.
  return chain.run.transitions % TRANSITIONS_PER_TURN === 0;
}

/** Lets timers and sockets have their turn. Rejects with {@link ChainAborted} when the chain is to end. */
export async function nextTurn(chain: Chain): Promise<void> {
  await setImmediate();
  if (chain.signal.aborted) throw new ChainAborted();
}
