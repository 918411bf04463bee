import type { Chain, StatesRuntime } from './chain.ts';
import { executionLog } from './execution-log.ts';
import type { EndedStatus, ExecutionEnd, ExecutionRecord, ExecutionStore } from './execution-store.ts';
import type { EventDetails, HistoryEventType } from './history.ts';
import { History, NOT_TRUNCATED } from './history.ts';
import type { JsonDocument, JsonObject } from './json.ts';
import { describe } from './jsonata.ts';
import type { Machine } from './machine.ts';
import { runChain } from './run-chain.ts';
import { ChainAborted, StatesError } from './states-error.ts';

interface Ending {
  readonly status: EndedStatus;
  readonly type: HistoryEventType;
  readonly previousEventId: number;
  readonly details: EventDetails;
  /** What the record tells: the output, or the error and its cause. */
  readonly told: { output?: string; error?: string; cause?: string };
}

/** An execution that runs, from its first event to its last. */
export class RunningExecution {
  /** Resolves when nothing of it runs any more; undefined when it was abandoned. */
  readonly ended: Promise<ExecutionEnd | undefined>;
  readonly #runtime: StatesRuntime;
  readonly #store: ExecutionStore;
  readonly #machine: Machine;
  readonly #record: ExecutionRecord;
  readonly #history: History;
  readonly #controller = new AbortController();
  readonly #resolveEnded: (end: ExecutionEnd | undefined) => void;
  #over = false;
  #end: ExecutionEnd | undefined;

  constructor(runtime: StatesRuntime, store: ExecutionStore, machine: Machine, record: ExecutionRecord) {
    this.#runtime = runtime;
    this.#store = store;
    this.#machine = machine;
    this.#record = record;
    const { executionArn } = record;
    const { loggingConfiguration = {}, logStreamName } = machine;
    this.#history = new History({
      now: () => runtime.clock.now(),
      // AWS keeps no history of Express executions.
      log: executionLog(loggingConfiguration, executionArn, logStreamName, runtime.logs),
      ...(machine.type === 'EXPRESS' ? {} : { keep: (event) => store.appendEvent(executionArn, event) }),
    });
    const { promise, resolve } = Promise.withResolvers<ExecutionEnd | undefined>();
    this.ended = promise;
    this.#resolveEnded = resolve;
  }

  /** Runs the machine's states with an input. Never rejects: how it went is in the store. */
  async run(input: JsonDocument): Promise<void> {
    const { roleArn, states } = this.#machine;
    const details = { input: input.text, inputDetails: NOT_TRUNCATED, roleArn };
    this.#history.append('ExecutionStarted', 0, details);
    const chain = this.#chain(input);
    void this.#limitTime();
    try {
      const output = await runChain(states, chain, input);
      this.#succeed(output, chain.previousEventId);
    } catch (thrown) {
      this.#fail(thrown, chain.previousEventId);
    } finally {
      this.#over = true;
      this.#controller.abort();
      this.#resolveEnded(this.#end);
    }
  }

  /** Ends it as `ABORTED`. */
  abort(error: string | undefined, cause: string | undefined): void {
    const told = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    this.#finish({ status: 'ABORTED', type: 'ExecutionAborted', previousEventId: 0, details: told, told });
    this.#controller.abort();
  }

  /** Ends it without a word: the runtime goes down. */
  abandon(): void {
    this.#over = true;
    this.#history.seal();
    this.#controller.abort();
  }

  /** Ends it as `TIMED_OUT` once the machine's `TimeoutSeconds` have passed. */
  async #limitTime(): Promise<void> {
    const { timeoutSeconds } = this.#machine;
    if (timeoutSeconds === undefined) return;
    try {
      await this.#runtime.clock.sleep(timeoutSeconds * 1_000, this.#controller.signal);
    } catch (error) {
      if (this.#controller.signal.aborted) return;
      throw error;
    }
    const details = { error: 'States.Timeout' };
    this.#finish({ status: 'TIMED_OUT', type: 'ExecutionTimedOut', previousEventId: 0, details, told: {} });
    this.#controller.abort();
  }

  #succeed(output: JsonDocument, previousEventId: number): void {
    this.#finish({
      status: 'SUCCEEDED',
      type: 'ExecutionSucceeded',
      previousEventId,
      details: { output: output.text, outputDetails: NOT_TRUNCATED },
      told: { output: output.text },
    });
  }

  #fail(thrown: unknown, previousEventId: number): void {
    if (thrown instanceof ChainAborted) return;
    const failure =
      thrown instanceof StatesError ? thrown : new StatesError('States.Runtime', describe(thrown));
    const told = failure.told();
    this.#finish({ status: 'FAILED', type: 'ExecutionFailed', previousEventId, details: told, told });
  }

  #finish({ status, type, previousEventId, details, told }: Ending): void {
    if (this.#over) return;
    this.#over = true;
    this.#history.close(type, previousEventId, details);
    this.#end = { status, stopDateMs: this.#runtime.clock.now(), ...told };
    this.#store.finish(this.#record.executionArn, this.#end);
  }

  #chain(input: JsonDocument): Chain {
    return {
      run: { runtime: this.#runtime, history: this.#history, context: this.#context(input), transitions: 0 },
      signal: this.#controller.signal,
      mapItem: undefined,
      variables: {},
      previousEventId: 0,
    };
  }

  /** `Execution` and `StateMachine` of the context object. */
  #context(input: JsonDocument): JsonObject {
    const { executionArn, name, startDateMs } = this.#record;
    const { arn, name: machineName, roleArn } = this.#machine;
    return {
      Execution: {
        Id: executionArn,
        Input: input.value,
        Name: name,
        RoleArn: roleArn,
        StartTime: new Date(startDateMs).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: arn, Name: machineName },
    };
  }
}
