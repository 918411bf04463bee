import type { Chain, ExecutionRun, StatesRuntime, Variables } from './chain.ts';
import { executionLog } from './execution-log.ts';
import type { EndedStatus, ExecutionEnd, ExecutionRecord } from './execution-store.ts';
import {
  type Checkpoint,
  type EventDetails,
  History,
  type HistoryEvent,
  type HistoryEventType,
  NOT_TRUNCATED,
  Progress,
} from './history.ts';
import { describe } from './jsonata/jsonata.ts';
import { MAX_OPEN_TIME_MS, type Machine } from './machine.ts';
import { type Resumption, runChain } from './run-chain.ts';
import { ChainAborted, type Json, type JsonDocument, type JsonObject, StatesError } from './values.ts';
import { startVariables } from './variables.ts';

/**
 * `Execution` and `StateMachine` of the context object.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function contextOf(machine: Machine, record: ExecutionRecord): JsonObject {
  const { arn, name: machineName, roleArn, type } = machine;
  const { executionArn, name, input, startDateMs, redrive } = record;
  return {
    Execution: {
      Id: executionArn,
      Input: JSON.parse(input) as Json,
      StartTime: new Date(startDateMs).toISOString(),
      Name: name,
      RoleArn: roleArn,
      // Express executions are never redriven.
      ...(type === 'STANDARD' ? { RedriveCount: redrive?.count ?? 0 } : {}),
      ...(redrive === undefined ? {} : { RedriveTime: new Date(redrive.dateMs).toISOString() }),
    },
    StateMachine: { Id: arn, Name: machineName },
  };
}

/** Keeps what is to be known of one execution. */
export interface ExecutionKeeper {
  /** Absent for Express executions, of which AWS keeps no history. */
  readonly appendEvent?: (event: HistoryEvent) => void;
  /** Absent for Express executions, which are never gone on with. */
  readonly checkpoint?: (checkpoint: Checkpoint) => void;
  finish(end: ExecutionEnd): void;
}

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
  readonly #keeper: ExecutionKeeper;
  readonly #machine: Machine;
  readonly #record: ExecutionRecord;
  readonly #run: ExecutionRun;
  readonly #controller = new AbortController();
  readonly #resolveEnded: (end: ExecutionEnd | undefined) => void;
  #over = false;
  #end: ExecutionEnd | undefined;

  constructor(runtime: StatesRuntime, keeper: ExecutionKeeper, machine: Machine, record: ExecutionRecord) {
    this.#runtime = runtime;
    this.#keeper = keeper;
    this.#machine = machine;
    this.#record = record;
    const { executionArn } = record;
    this.#run = {
      runtime,
      machine,
      executionArn,
      history: this.#openHistory(),
      context: contextOf(machine, record),
      beforeEnd: new Set(),
      transitions: 0,
      isRedriven: false,
      abandoned: false,
      variableBytes: 0,
    };
    const { promise, resolve } = Promise.withResolvers<ExecutionEnd | undefined>();
    this.ended = promise;
    this.#resolveEnded = resolve;
  }

  /** Runs the machine's states with an input. Never rejects: how it went is in the store. */
  async run(input: JsonDocument): Promise<void> {
    const { roleArn } = this.#machine;
    const details = { input: input.text, inputDetails: NOT_TRUNCATED, roleArn };
    this.#run.history.append('ExecutionStarted', 0, details);
    await this.#runFrom(input, {}, 0, undefined);
  }

  /** Goes on, redriven, in the state that it failed in. Never rejects. */
  async redrive(): Promise<void> {
    const { redrive, events } = this.#record;
    const details = { redriveCount: redrive?.count ?? 0 };
    this.#run.isRedriven = true;
    await this.#goOn(this.#run.history.append('ExecutionRedriven', events.length, details));
  }

  /** Goes on in the state that it was in when the runtime ended; redriven where that had not begun. Never rejects. */
  async resume(): Promise<void> {
    if (this.#awaitsRedrive()) await this.redrive();
    else await this.#goOn(this.#record.events.length);
  }

  #awaitsRedrive(): boolean {
    const { redrive, events } = this.#record;
    if (redrive === undefined) return false;
    const last = events.findLast(({ type }) => type === 'ExecutionRedriven');
    return last?.details?.['redriveCount'] !== redrive.count;
  }

  /** Runs the state that was entered last once more, with the input and the variables that it had. */
  async #goOn(previousEventId: number): Promise<void> {
    const { checkpoint, input } = this.#record;
    const text = checkpoint?.input ?? input;
    const document = { text, value: JSON.parse(text) as Json };
    await this.#runFrom(document, checkpoint?.variables ?? {}, previousEventId, checkpoint);
  }

  async #runFrom(
    input: JsonDocument,
    variables: Variables,
    previousEventId: number,
    resumption: Resumption | undefined,
  ): Promise<void> {
    const chain = this.#chain(variables, previousEventId);
    void this.#limitTime();
    try {
      const output = await runChain(this.#machine.states, chain, input, resumption);
      this.#succeed(output, chain.previousEventId);
    } catch (thrown) {
      this.#fail(thrown, chain.previousEventId);
    } finally {
      this.#over = true;
      this.#controller.abort();
      if (!this.#run.abandoned) this.#runtime.pending.removeInside(this.#record.executionArn);
      this.#resolveEnded(this.#end);
    }
  }

  /** Ends it as `ABORTED`. */
  abort(error: string | undefined, cause: string | undefined): void {
    const told = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    this.#endFromOutside({ status: 'ABORTED', type: 'ExecutionAborted', details: told, told });
  }

  /** Of its state machine. */
  get stateMachineArn(): string {
    return this.#record.stateMachineArn;
  }

  /** Ends it without a word: the runtime goes down. */
  abandon(): void {
    this.#over = true;
    this.#run.abandoned = true;
    this.#run.history.seal();
    this.#controller.abort();
  }

  /** Ends it as `TIMED_OUT` once the machine's `TimeoutSeconds`, or a year since its start, have passed. */
  async #limitTime(): Promise<void> {
    const { clock } = this.#runtime;
    const { startDateMs, redrive } = this.#record;
    const timeoutAtMs = (redrive?.dateMs ?? startDateMs) + this.#machine.timeoutSeconds * 1_000;
    const endsAtMs = Math.min(timeoutAtMs, startDateMs + MAX_OPEN_TIME_MS);
    try {
      await clock.sleep(Math.max(0, endsAtMs - clock.now()), this.#controller.signal);
    } catch (error) {
      if (this.#controller.signal.aborted) return;
      throw error;
    }
    const details = { error: 'States.Timeout' };
    this.#endFromOutside({ status: 'TIMED_OUT', type: 'ExecutionTimedOut', details, told: {} });
  }

  #endFromOutside(ending: Omit<Ending, 'previousEventId'>): void {
    if (this.#over) return;
    for (const tell of this.#run.beforeEnd) tell();
    this.#finish({ ...ending, previousEventId: 0 });
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
    this.#run.history.close(type, previousEventId, details);
    this.#end = { status, stopDateMs: this.#runtime.clock.now(), ...told };
    this.#keeper.finish(this.#end);
  }

  #openHistory(): History {
    const { executionArn, redrive, events } = this.#record;
    const { loggingConfiguration, logStreamName } = this.#machine;
    const { clock, logs } = this.#runtime;
    const { appendEvent } = this.#keeper;
    const logged = { executionArn, redriveCount: redrive?.count ?? 0, logStreamName, loggingConfiguration };
    return new History({
      now: () => clock.now(),
      log: executionLog(logged, logs),
      lastEventId: events.length,
      ...(appendEvent === undefined ? {} : { keep: appendEvent }),
    });
  }

  #chain(variables: Variables, previousEventId: number): Chain {
    const { checkpoint } = this.#keeper;
    return {
      run: this.#run,
      signal: this.#controller.signal,
      mapItem: undefined,
      place: '',
      ...(checkpoint === undefined ? {} : { progress: new Progress(checkpoint, this.#record.checkpoint) }),
      variables,
      ownVariables: startVariables(this.#run, variables),
      previousEventId,
      visits: 0,
    };
  }
}
