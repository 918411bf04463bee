import type { Chain } from './chain.ts';
import type { StateType } from './definition.ts';
import { describe } from './jsonata/jsonata.ts';
import type { MaybePromise, QueryScope } from './template.ts';
import {
  ChainAborted,
  type Json,
  type JsonDocument,
  type JsonObject,
  runtimeError,
  StatesError,
} from './values.ts';
import type { Assigned } from './variables.ts';

/** What a state came to. */
export interface StateExit {
  readonly output: JsonDocument;
  /** The variables that it assigned. */
  readonly assigned: Assigned | undefined;
  /** The state that follows; absent when the chain ends. */
  readonly next: string | undefined;
}

/** What a compiled state does once it is entered. */
export type StateBody = (visit: StateVisit) => MaybePromise<StateExit>;

export interface StateProgram {
  readonly name: string;
  readonly type: StateType;
  readonly body: StateBody;
}

/** The types of states that have a `Retry`: the others have no `RetryCount` in their context object. */
const RETRIED: ReadonlySet<StateType> = new Set(['Task', 'Parallel', 'Map']);

/** A state that was entered and not yet left. */
export class StateVisit {
  readonly chain: Chain;
  readonly program: StateProgram;
  readonly input: JsonDocument;
  readonly enteredEventId: number;
  readonly enteredDateMs: number;
  /** Where it is in its execution, the same whenever the execution is gone on with. */
  readonly place: string;
  /** `Task.Token` of the context object, of a task that is told of its end. */
  taskToken: string | undefined;
  retryCount = 0;
  #unfinishedMapRunArn: string | undefined;

  constructor(
    chain: Chain,
    program: StateProgram,
    input: JsonDocument,
    enteredEventId: number,
    enteredDateMs: number,
  ) {
    this.chain = chain;
    this.program = program;
    this.input = input;
    this.enteredEventId = enteredEventId;
    this.#unfinishedMapRunArn = chain.progress?.mapRunArn;
    chain.visits += 1;
    this.place =
      chain.place === '' ? String(enteredEventId) : `${chain.place}.${chain.visits} ${program.name}`;
    this.enteredDateMs = enteredDateMs;
  }

  get name(): string {
    return this.program.name;
  }

  /** Whether a restart runs it again though it has been left: it is inside of a state that an execution is in. */
  get isRepeated(): boolean {
    return this.chain.place !== '';
  }

  /** What expressions see now; `extra` adds `result` or `errorOutput` to `$states`. */
  scope(extra?: Readonly<Record<string, Json>>, mapItem = this.chain.mapItem): QueryScope {
    const context = () => this.#context(mapItem);
    let known: JsonObject | undefined;
    return {
      states: {
        input: this.input.value,
        // Few expressions ask for it.
        get context() {
          known ??= context();
          return known;
        },
        ...extra,
      },
      variables: this.chain.variables,
      nowMs: this.chain.run.runtime.clock.now(),
    };
  }

  /** The map run that the state has left unfinished before; once, for a retry starts another. */
  takeUnfinishedMapRun(): string | undefined {
    const mapRunArn = this.#unfinishedMapRunArn;
    this.#unfinishedMapRunArn = undefined;
    return mapRunArn;
  }

  /** Records an event after the chain's last one. */
  append(...[type, details]: [Parameters<Chain['run']['history']['append']>[0], JsonObject?]): number {
    const { chain } = this;
    chain.previousEventId = chain.run.history.append(type, chain.previousEventId, details);
    return chain.previousEventId;
  }

  /** As {@link append}, for an event that nothing is linked to. */
  note(...[type, details]: [Parameters<Chain['run']['history']['append']>[0], JsonObject?]): void {
    this.chain.run.history.append(type, this.chain.previousEventId, details);
  }

  /** Makes of anything thrown the failure that the history tells; aborts pass. */
  failure(thrown: unknown): StatesError {
    if (thrown instanceof ChainAborted) throw thrown;
    const failure = thrown instanceof StatesError ? thrown : this.#unexpected(thrown);
    const located = failure.inState(this.name, this.enteredEventId);
    if (failure.byInterpreter && failure.location !== undefined) {
      this.append('EvaluationFailed', {
        state: this.name,
        ...located.told(),
        location: failure.location,
      });
    }
    return located;
  }

  #unexpected(thrown: unknown): StatesError {
    this.chain.run.runtime.log.error(`State '${this.name}' failed unexpectedly: ${describe(thrown)}`);
    return runtimeError(describe(thrown));
  }

  /** The context object. Source: "Accessing execution data from the Context object". */
  #context(mapItem: JsonObject | undefined): JsonObject {
    const State = {
      Name: this.name,
      EnteredTime: new Date(this.enteredDateMs).toISOString(),
      ...(RETRIED.has(this.program.type) ? { RetryCount: this.retryCount } : {}),
    };
    const { context } = this.chain.run;
    const Task = this.taskToken === undefined ? undefined : { Token: this.taskToken };
    return {
      ...context,
      State,
      ...(Task === undefined ? {} : { Task }),
      ...(mapItem === undefined ? {} : { Map: mapItem }),
    };
  }
}
