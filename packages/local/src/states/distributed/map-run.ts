import type { ExecutionEnd } from '../execution-store.ts';
import type { RunningExecution } from '../running-execution.ts';
import { ChainAborted, type Json } from '../values.ts';
import { type ChildRecord, endedChild, pendingChild } from './child-executions.ts';
import { batchItems, Slots } from './item-batcher.ts';
import { countItems, readItems } from './item-reader.ts';
import type { Batch } from './item-source.ts';
import {
  batchIndexOf,
  exceedsTolerance,
  type MapRunLimits,
  type MapRunRecord,
  type MapRunRequest,
  type MapRunStatus,
  thresholdExceeded,
} from './map-run-record.ts';
import { type MapRunResults, openResults } from './map-run-results.ts';
import type { MapRunParts, MapRunState } from './map-run-state.ts';

/**
 * How many children run at once at most, whatever `MaxConcurrency` says. AWS runs up to 10,000; an account's functions
 * run 1,000 times at once unless a quota is raised, and each child holds its input in memory.
 */
const MAX_RUNNING_CHILDREN = 1_000;

/** A map run while it runs: reads items, starts a child for each batch of them, and ends when all have. */
export class MapRun {
  readonly #request: MapRunRequest;
  readonly #parts: MapRunParts;
  readonly #state: MapRunState;
  readonly #slots: Slots;
  readonly #running = new Map<RunningExecution, Promise<void>>();
  #results: MapRunResults | undefined;
  /** Why no more children are started; undefined as long as they are. */
  #stopped: { readonly reason: unknown } | undefined;

  constructor(request: MapRunRequest, state: MapRunState, parts: MapRunParts) {
    this.#request = request;
    this.#parts = parts;
    this.#state = state;
    this.#slots = new Slots(runningAtOnce(state.limits));
  }

  /** As it is now. */
  get record(): MapRunRecord {
    return this.#state.record(this.#results?.collected);
  }

  /**
   * Runs it to its end and gives the state's result. What runs when it is stopped ends first: Standard children are
   * aborted, Express ones are waited for, as AWS does; then the results are written, whatever has become of it.
   * Throws `StatesError`, and {@link ChainAborted} when the state is to end early.
   */
  async run(): Promise<Json> {
    const { signal, run } = this.#request;
    const abort = () => this.#stop(new ChainAborted());
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    try {
      this.#results = await openResults(this.record, this.#parts, run.isRedriven);
      await this.#remember(this.#results);
      await Promise.all([this.#dispatch(this.#results), this.#countItems()]);
    } catch (thrown) {
      this.#stop(thrown);
    }
    while (this.#running.size > 0) await Promise.all(this.#running.values());
    try {
      return await this.#finish();
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Changes what it may do, at once. */
  update(limits: MapRunLimits): void {
    this.#state.limits = limits;
    this.#slots.resize(runningAtOnce(limits));
    this.#judge();
    this.#parts.keep(this.record);
  }

  /** Knows again what was done before the runtime was restarted; a redrive runs all again that did not succeed. */
  async #remember(results: MapRunResults): Promise<void> {
    const { isRedriven } = this.#request.run;
    for await (const { name, status } of results.recorded()) {
      if (status === 'SUCCEEDED' || (status !== 'PENDING' && !isRedriven)) {
        this.#state.remember(batchIndexOf(name), status);
      }
    }
  }

  async #dispatch(results: MapRunResults): Promise<void> {
    try {
      for await (const batch of batchItems(this.#selectedItems(), this.#request.config.batcher)) {
        if (this.#state.takes(batch)) await this.#startOrLeave(batch, results);
        if (this.#stopped !== undefined) return;
      }
    } catch (thrown) {
      this.#stop(thrown);
      return;
    }
    this.#state.total.readThrough();
    this.#judge();
  }

  async #startOrLeave(batch: Batch, results: MapRunResults): Promise<void> {
    const { machine, run } = this.#request;
    if (await this.#slots.take()) this.#start(batch, results);
    else if (!run.abandoned) await results.add(pendingChild(machine, this.record, batch), batch.index);
  }

  #start(batch: Batch, results: MapRunResults): void {
    const { machine, run } = this.#request;
    const { mapRunArn, redriveCount, redriveDateMs } = this.record;
    const { child, execution } = this.#parts.children.start({
      runtime: run.runtime,
      machine,
      mapRunArn,
      batchIndex: batch.index,
      input: batch.input,
      itemCount: batch.itemCount,
      redrive: redriveDateMs === undefined ? undefined : { count: redriveCount, dateMs: redriveDateMs },
    });
    this.#state.started(batch);
    this.#running.set(execution, this.#follow(batch, child, execution, results));
  }

  async #follow(
    batch: Batch,
    child: ChildRecord,
    execution: RunningExecution,
    results: MapRunResults,
  ): Promise<void> {
    const end = await execution.ended;
    try {
      if (end !== undefined) await this.#ended(batch, child, end, results);
    } catch (thrown) {
      this.#stop(thrown);
    } finally {
      this.#running.delete(execution);
      this.#slots.release();
    }
  }

  /** Its result is there before it counts: a runtime that is killed between them finds it again. */
  async #ended(batch: Batch, child: ChildRecord, end: ExecutionEnd, results: MapRunResults): Promise<void> {
    await results.add(endedChild(child, end), batch.index);
    this.#state.ended(batch, end.status);
    this.#parts.keep(this.record);
    this.#judge();
  }

  async *#selectedItems(): AsyncGenerator<Json> {
    let index = 0;
    for await (const item of this.#items()) {
      yield await this.#request.select(item, index);
      index += 1;
    }
  }

  #items(): AsyncIterable<Json> | Iterable<Json> {
    const { config, items } = this.#request;
    return config.reader === undefined ? items : readItems(config.reader, this.#parts.objects);
  }

  /** Counts the items beside the children that process them: a percentage, and progress, are of all of them. */
  async #countItems(): Promise<void> {
    const { total } = this.#state;
    try {
      const count = await countItems(this.#items(), () => this.#stopped === undefined && !total.isKnown);
      if (count !== undefined) total.counted(count);
      this.#judge();
    } catch (thrown) {
      this.#stop(thrown);
    }
  }

  #judge(): void {
    const { limits, tally, total } = this.#state;
    if (exceedsTolerance(limits, tally.failedItems, total.isKnown ? total.items : undefined)) {
      this.#stop(thresholdExceeded());
    }
  }

  #stop(reason: unknown): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = { reason };
    this.#slots.close();
    const { machine, run } = this.#request;
    if (machine.type === 'EXPRESS' || run.abandoned) return;
    for (const execution of this.#running.keys()) execution.abort(undefined, undefined);
  }

  async #finish(): Promise<Json> {
    const { run } = this.#request;
    const assertWanted = () => {
      if (run.abandoned) throw new ChainAborted();
    };
    let result: Json = null;
    try {
      assertWanted();
      result = (await this.#results?.finish(assertWanted)) ?? null;
      this.#state.tally.written();
    } catch (thrown) {
      await this.#results?.close();
      assertWanted();
      this.#stop(thrown);
    }
    const stopDateMs = this.#parts.clock.now();
    this.#parts.keep({ ...this.record, status: statusOf(this.#stopped), stopDateMs });
    if (this.#stopped !== undefined) throw this.#stopped.reason;
    return result;
  }
}

function runningAtOnce({ maxConcurrency }: MapRunLimits): number {
  return maxConcurrency === 0 ? MAX_RUNNING_CHILDREN : Math.min(maxConcurrency, MAX_RUNNING_CHILDREN);
}

function statusOf(stopped: { readonly reason: unknown } | undefined): MapRunStatus {
  if (stopped === undefined) return 'SUCCEEDED';
  return stopped.reason instanceof ChainAborted ? 'ABORTED' : 'FAILED';
}
