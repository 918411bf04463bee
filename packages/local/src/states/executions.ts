import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { AwsError } from '../aws.ts';
import type { StatesRuntime } from './chain.ts';
import type { EndedExecutions } from './ended-executions.ts';
import type { ExecutionEnd, ExecutionRecord, ExecutionStatus, ExecutionStore } from './execution-store.ts';
import type { Machine } from './machine.ts';
import { type ExecutionKeeper, RunningExecution } from './running-execution.ts';
import type { JsonDocument } from './values.ts';

export interface ExecutionRequest {
  readonly machine: Machine;
  /** Checked already; a UUID when absent. */
  readonly name: string | undefined;
  readonly input: JsonDocument;
}

/** Starts, finds, redrives and stops executions. */
export class Executions {
  readonly #runtime: StatesRuntime;
  readonly #store: ExecutionStore;
  readonly #ended: EndedExecutions;
  readonly #running = new Map<string, RunningExecution>();
  /** Those that run, and those that have ended but for what they have begun. */
  readonly #live = new Set<RunningExecution>();
  #closed = false;

  constructor(runtime: StatesRuntime, store: ExecutionStore, ended: EndedExecutions) {
    this.#runtime = runtime;
    this.#store = store;
    this.#ended = ended;
  }

  /**
   * Starts an execution and returns at once. The same name and input as one that runs give that one.
   * Throws `ExecutionAlreadyExists` for the name of an execution that is known, and not this one.
   */
  start({ machine, input, name: given }: ExecutionRequest): ExecutionRecord {
    this.#requireOpen();
    const name = given ?? randomUUID();
    const executionArn = executionArnOf(machine, name);
    const existing = this.find(executionArn);
    if (existing !== undefined) {
      if (existing.end === undefined && existing.input === input.text) return existing;
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const record = this.#store.open({
      executionArn,
      stateMachineArn: machine.arn,
      name,
      input: input.text,
      startDateMs: this.#runtime.clock.now(),
      definition: machine.definitionText,
    });
    this.#run(machine, record, (execution) => execution.run(input));
    return record;
  }

  /**
   * Has an execution that has ended, and that may be redriven, go on where it failed. What of it still comes to its
   * end, as the results of a map run, does so before, and so does `before`.
   */
  redrive(machine: Machine, executionArn: string, before: Promise<unknown>): ExecutionRecord {
    this.#requireOpen();
    const ended = this.#running.get(executionArn)?.ended;
    const count = (this.#store.get(executionArn)?.redrive?.count ?? 0) + 1;
    this.#ended.remove(executionArn);
    this.#store.redrive(executionArn, { count, dateMs: this.#runtime.clock.now() });
    return this.#goOn(machine, executionArn, async (execution) => {
      await Promise.all([ended, before]);
      await execution.redrive();
    });
  }

  /** Has an execution that was running when the runtime ended go on in the state that it was in. */
  resume(machine: Machine, executionArn: string): ExecutionRecord {
    return this.#goOn(machine, executionArn, (execution) => execution.resume());
  }

  /** Waits for the end of an execution that runs; undefined for any other, and when the runtime goes down. */
  async settled(executionArn: string): Promise<ExecutionEnd | undefined> {
    return this.#running.get(executionArn)?.ended;
  }

  /** Finds an execution that runs, or has ended and is not forgotten. */
  find(executionArn: string): ExecutionRecord | undefined {
    this.#ended.forgetOld();
    return this.#store.get(executionArn);
  }

  /** A machine's executions, the newest first. */
  *list(machine: Machine, beforeSequence: number, status?: ExecutionStatus): Generator<ExecutionRecord> {
    this.#ended.forgetOld();
    for (const record of this.#store.list(machine.arn, beforeSequence)) {
      if (status === undefined || statusOf(record) === status) yield record;
    }
  }

  /** Ends an execution as `ABORTED`, if it still runs: its waits, tasks and branches with it. */
  stop(executionArn: string, error: string | undefined, cause: string | undefined): void {
    this.#running.get(executionArn)?.abort(error, cause);
  }

  /** Ends a machine's executions as `ABORTED`; resolves when none runs any more. */
  async abortAll(stateMachineArn: string): Promise<void> {
    for (;;) {
      const live = [...this.#live].filter((execution) => execution.stateMachineArn === stateMachineArn);
      if (live.length === 0) return;
      for (const execution of live) execution.abort(undefined, undefined);
      await Promise.all(live.map(({ ended }) => ended));
      // The next runtime goes on with what this one lets go of.
      if (this.#closed) return new Promise(() => undefined);
      await setImmediate();
    }
  }

  /** Lets go of everything that runs; the executions stay `RUNNING` in the store. */
  async close(): Promise<void> {
    this.#closed = true;
    const live = [...this.#live];
    for (const execution of live) execution.abandon();
    await Promise.all(live.map(({ ended }) => ended));
  }

  #goOn(
    machine: Machine,
    executionArn: string,
    begin: (execution: RunningExecution) => Promise<void>,
  ): ExecutionRecord {
    const record = this.#store.get(executionArn);
    if (record === undefined) throw new TypeError(`There is no execution ${executionArn}.`);
    this.#run(machine, record, begin);
    return record;
  }

  #run(
    machine: Machine,
    record: ExecutionRecord,
    begin: (execution: RunningExecution) => Promise<void>,
  ): void {
    const { executionArn } = record;
    const execution = new RunningExecution(
      this.#runtime,
      this.#keeper(machine, executionArn),
      machine,
      record,
    );
    this.#running.set(executionArn, execution);
    this.#live.add(execution);
    void begin(execution).then(async () => {
      const end = await execution.ended;
      this.#live.delete(execution);
      // One that is redriven while its map run still ends has another in its place.
      if (this.#running.get(executionArn) !== execution) return;
      this.#running.delete(executionArn);
      // AWS keeps no record of Express executions.
      if (machine.type === 'EXPRESS') this.#store.remove(executionArn);
      else if (end !== undefined) this.#ended.add(executionArn, end.stopDateMs);
    });
  }

  #keeper({ type }: Machine, executionArn: string): ExecutionKeeper {
    const store = this.#store;
    const finish = (end: ExecutionEnd) => store.finish(executionArn, end);
    if (type === 'EXPRESS') return { finish };
    return {
      finish,
      appendEvent: (event) => store.appendEvent(executionArn, event),
      checkpoint: (checkpoint) => store.checkpoint(executionArn, checkpoint),
    };
  }

  #requireOpen(): void {
    if (this.#closed) throw new AwsError('ServiceUnavailable', 'The runtime is shutting down.', 503);
  }
}

/** `RUNNING`, or how the execution ended. */
export function statusOf({ end }: ExecutionRecord): ExecutionStatus {
  return end?.status ?? 'RUNNING';
}

/** Express executions may share a name; a UUID tells them apart. */
function executionArnOf({ arn, type }: Machine, name: string): string {
  return type === 'STANDARD'
    ? `${arn.replace(':stateMachine:', ':execution:')}:${name}`
    : `${arn.replace(':stateMachine:', ':express:')}:${name}:${randomUUID()}`;
}
