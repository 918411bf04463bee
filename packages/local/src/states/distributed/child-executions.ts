import type { StatesRuntime } from '../chain.ts';
import type { ExecutionEnd, ExecutionRecord, Redrive } from '../execution-store.ts';
import type { Checkpoint, HistoryEvent } from '../history.ts';
import type { Machine } from '../machine.ts';
import { type ExecutionKeeper, RunningExecution } from '../running-execution.ts';
import type { JsonDocument } from '../values.ts';
import type { Batch } from './item-source.ts';
import { childArn, childName, type MapRunRecord } from './map-run-record.ts';
import type { ChildResult } from './result-record.ts';

/** A child execution of a map run, while it runs and for some time after. */
export interface ChildRecord extends ExecutionRecord {
  readonly mapRunArn: string;
  readonly itemCount: number;
  readonly machine: Machine;
  /** How often its map run had been redriven when it ran last. */
  readonly attempt: number;
}

interface StoredChild extends ChildRecord {
  sequence: number;
  attempt: number;
  end: ExecutionEnd | undefined;
  checkpoint: Checkpoint | undefined;
  redrive: Redrive | undefined;
  readonly events: HistoryEvent[];
}

export interface ChildRequest {
  readonly runtime: StatesRuntime;
  /** Of the children: the item processor as a machine. */
  readonly machine: Machine;
  readonly mapRunArn: string;
  readonly batchIndex: number;
  readonly input: JsonDocument;
  readonly itemCount: number;
  /** Of the map run. */
  readonly redrive: Redrive | undefined;
}

/**
 * How many children that have ended can still be asked for, of all map runs: the latest ones. Standard children are
 * kept with their histories, so that the number bounds the memory whatever a map run's size.
 */
const MAX_ENDED_CHILDREN = { EXPRESS: 100, STANDARD: 200 } as const;

/** The child executions of all map runs. They live in memory alone: what must outlive it is in the map run's record. */
export class ChildExecutions {
  /** In the order of their start. */
  readonly #children = new Map<string, StoredChild>();
  readonly #ended = { EXPRESS: new Set<StoredChild>(), STANDARD: new Set<StoredChild>() };
  /** By name, which tells the map run and the batch: the one to redrive. */
  readonly #unsuccessful = new Map<string, StoredChild>();
  readonly #running = new Map<string, RunningExecution>();
  #lastSequence = 0;

  /** Starts a child, or has it go on where it failed if it is a Standard one that is still known. */
  start(request: ChildRequest): { child: ChildRecord; execution: RunningExecution } {
    const { runtime, machine, mapRunArn, batchIndex, redrive } = request;
    const name = childName(mapRunArn, batchIndex);
    const earlier = this.#takeUnsuccessful(name);
    const isResumed = earlier !== undefined && machine.type === 'STANDARD' && redrive !== undefined;
    const child = isResumed ? this.#again(earlier, redrive) : this.#open(name, request);
    const execution = new RunningExecution(runtime, this.#keeper(child), machine, child);
    this.#running.set(child.executionArn, execution);
    void (isResumed ? execution.redrive() : execution.run(request.input)).then(() =>
      this.#running.delete(child.executionArn),
    );
    return { child, execution };
  }

  find(executionArn: string): ChildRecord | undefined {
    return this.#children.get(executionArn);
  }

  /** A map run's children that are known, the latest first, of those that started before `sequence`. */
  *list(mapRunArn: string, beforeSequence: number): Generator<ChildRecord> {
    for (const child of [...this.#children.values()].reverse()) {
      if (child.mapRunArn === mapRunArn && child.sequence < beforeSequence) yield child;
    }
  }

  /** Forgets the children of a map run, of which none runs any more. */
  forget(mapRunArn: string): void {
    for (const child of this.#children.values()) if (child.mapRunArn === mapRunArn) this.#forget(child);
  }

  /** Ends one that runs as `ABORTED`. */
  stop(executionArn: string, error: string | undefined, cause: string | undefined): void {
    this.#running.get(executionArn)?.abort(error, cause);
  }

  /** Lets go of everything that runs. */
  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const execution of running) execution.abandon();
    await Promise.all(running.map(({ ended }) => ended));
  }

  #keeper(child: StoredChild): ExecutionKeeper {
    const finish = (end: ExecutionEnd) => this.#finish(child, end);
    if (child.machine.type === 'EXPRESS') return { finish };
    return {
      finish,
      appendEvent: (event) => void child.events.push(event),
      checkpoint: (checkpoint) => {
        child.checkpoint = checkpoint;
      },
    };
  }

  #open(name: string, request: ChildRequest): StoredChild {
    const { runtime, machine, mapRunArn, input, itemCount, redrive } = request;
    this.#lastSequence += 1;
    const child: StoredChild = {
      sequence: this.#lastSequence,
      executionArn: childArn(machine.arn, machine.type, name, redrive?.count ?? 0),
      stateMachineArn: machine.arn,
      name,
      input: input.text,
      startDateMs: runtime.clock.now(),
      mapRunArn,
      itemCount,
      machine,
      attempt: redrive?.count ?? 0,
      end: undefined,
      events: [],
      checkpoint: undefined,
      redrive: undefined,
    };
    this.#children.set(child.executionArn, child);
    return child;
  }

  #again(child: StoredChild, { count, dateMs }: Redrive): StoredChild {
    child.attempt = count;
    this.#lastSequence += 1;
    child.sequence = this.#lastSequence;
    child.end = undefined;
    child.redrive = { count: (child.redrive?.count ?? 0) + 1, dateMs };
    this.#children.set(child.executionArn, child);
    return child;
  }

  /** The child of that name that ran before without success, taken from those that have ended. */
  #takeUnsuccessful(name: string): StoredChild | undefined {
    const child = this.#unsuccessful.get(name);
    if (child !== undefined) this.#forget(child);
    return child;
  }

  #finish(child: StoredChild, end: ExecutionEnd): void {
    const { type } = child.machine;
    const ended = this.#ended[type];
    child.end = end;
    ended.add(child);
    if (end.status !== 'SUCCEEDED') this.#unsuccessful.set(child.name, child);
    if (ended.size <= MAX_ENDED_CHILDREN[type]) return;
    const [oldest] = ended;
    if (oldest !== undefined) this.#forget(oldest);
  }

  #forget(child: StoredChild): void {
    this.#children.delete(child.executionArn);
    this.#ended[child.machine.type].delete(child);
    if (this.#unsuccessful.get(child.name) === child) this.#unsuccessful.delete(child.name);
  }
}

/** What the results tell of a child that has ended. */
export function endedChild(child: ChildRecord, end: ExecutionEnd): ChildResult {
  const { executionArn, name, stateMachineArn, input, startDateMs, redrive } = child;
  return {
    ...end,
    executionArn,
    name,
    stateMachineArn,
    input,
    startDateMs,
    redriveCount: redrive?.count ?? 0,
  };
}

/** What the results tell of a child that was not started. */
export function pendingChild(
  { arn, type }: Machine,
  { mapRunArn, redriveCount }: MapRunRecord,
  { index, input }: Batch,
): ChildResult {
  const name = childName(mapRunArn, index);
  return {
    status: 'PENDING',
    executionArn: childArn(arn, type, name, redriveCount),
    name,
    stateMachineArn: arn,
    input: input.text,
  };
}
