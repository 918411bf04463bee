import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { systemErrorCode } from '../../data/database.ts';
import type { ExecutionStore } from '../execution-store.ts';
import { ChainAborted, type Json, StatesError } from '../values.ts';
import type { ChildExecutions } from './child-executions.ts';
import { IndexRanges } from './lines.ts';
import { MapRun } from './map-run.ts';
import {
  type MapRunLimits,
  type MapRunRecord,
  type MapRunRequest,
  NEW_MAP_RUN,
  NO_COUNTS,
  uuidOf,
} from './map-run-record.ts';
import type { ResultsTarget } from './map-run-results.ts';
import { endCutOff, type MapRunParts, MapRunState, Tally } from './map-run-state.ts';

/** Removes the spools of map runs that are not known any more. Throws the system's error. */
export async function removeLeftSpools(
  spoolDirectory: string,
  mapRunArns: () => readonly string[],
): Promise<void> {
  const names = await namesIn(spoolDirectory);
  // Asked for afterwards: a map run is known before it has a spool.
  const known = new Set(mapRunArns().map(uuidOf));
  for (const name of names) {
    if (!known.has(name)) await rm(join(spoolDirectory, name), { recursive: true, force: true });
  }
}

/** It is made with the first spool. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The quota of redrives of a map run. */
const MAX_REDRIVES = 1_000;

export interface MapRunsOptions extends ResultsTarget {
  readonly clock: Clock;
  readonly store: ExecutionStore;
  readonly children: ChildExecutions;
}

/** Opens, finds and changes map runs. */
export class MapRuns {
  readonly #store: ExecutionStore;
  readonly #parts: MapRunParts;
  readonly #running = new Map<string, MapRun>();
  #cleanedUp: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor({ clock, store, children, objects, spoolDirectory }: MapRunsOptions) {
    this.#store = store;
    this.#parts = { clock, children, objects, spoolDirectory, keep: (record) => store.putMapRun(record) };
  }

  /** Makes a map run. */
  start(request: MapRunRequest): MapRun {
    const { run, machine, config, limits } = request;
    return this.#open(
      request,
      {
        ...NEW_MAP_RUN,
        mapRunArn: `${machine.arn.replace(':stateMachine:', ':mapRun:')}:${randomUUID()}`,
        executionArn: run.executionArn,
        stateMachineArn: machine.arn,
        startDateMs: this.#parts.clock.now(),
        config,
        ...limits,
      },
      false,
    );
  }

  /**
   * Has a map run that did not succeed run again what did not succeed; one that the runtime's end has interrupted goes
   * on. Throws `States.Runtime` for one that was redriven 1,000 times.
   */
  goOn(request: MapRunRequest, record: MapRunRecord): MapRun {
    // The runtime was killed while it ran, and perhaps before it could count what had ended.
    const isRecounted = record.status === 'RUNNING' || !record.isCounted;
    const counted = isRecounted
      ? { ...record, items: NO_COUNTS, executions: NO_COUNTS, toRedrive: [], isCounted: true }
      : record;
    if (!request.run.isRedriven) return this.#open(request, counted, isRecounted);
    if (record.redriveCount >= MAX_REDRIVES) {
      throw new StatesError('States.Runtime', `The map run was redriven ${MAX_REDRIVES} times.`);
    }
    return this.#open(request, this.#redriven(counted), isRecounted);
  }

  /** Runs a map run to its end, as {@link MapRun.run} does. */
  async run(mapRun: MapRun): Promise<Json> {
    try {
      return await mapRun.run();
    } finally {
      this.#running.delete(mapRun.record.mapRunArn);
    }
  }

  find(mapRunArn: string): MapRunRecord | undefined {
    const running = this.#running.get(mapRunArn);
    if (running !== undefined) return running.record;
    return this.#store.getMapRun(mapRunArn);
  }

  /** The map runs that an execution has started, in the order of their start. */
  of(executionArn: string): readonly MapRunRecord[] {
    return this.#store.mapRunsOf(executionArn).map((record) => this.find(record.mapRunArn) ?? record);
  }

  /** An execution is forgotten: the children of its map runs are too, and the results that could not be written. */
  forget(executionArn: string): void {
    for (const { mapRunArn } of this.#store.mapRunsOf(executionArn)) {
      this.#parts.children.forget(mapRunArn);
      rmSync(join(this.#parts.spoolDirectory, uuidOf(mapRunArn)), { recursive: true, force: true });
    }
  }

  /**
   * Begins to end the map runs that were writing the results of a stopped execution when the runtime ended, and
   * removes the results of those that are forgotten. `onFailure` hears of what can't be done.
   */
  cleanUp(onFailure: (error: unknown) => void): void {
    const cutOff = this.#store
      .unfinishedMapRuns()
      .filter(({ executionArn }) => this.#store.get(executionArn)?.end !== undefined);
    this.#cleanedUp = removeLeftSpools(this.#parts.spoolDirectory, () => this.#store.mapRunArns())
      .catch(onFailure)
      .then(() => this.#endCutOff(cutOff, onFailure));
  }

  /** Resolves once no map run is left that {@link cleanUp} ends. */
  cleanedUp(): Promise<void> {
    return this.#cleanedUp;
  }

  /** Lets go of those that {@link cleanUp} ends: the next runtime does it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#cleanedUp;
  }

  /** Changes what a map run may do; false when it does not run. */
  update(mapRunArn: string, limits: MapRunLimits): boolean {
    const mapRun = this.#running.get(mapRunArn);
    mapRun?.update(limits);
    return mapRun !== undefined;
  }

  /** Results that can't be written stay where they are, and are in nobody's way. */
  async #endCutOff(cutOff: readonly MapRunRecord[], onFailure: (error: unknown) => void): Promise<void> {
    const assertWanted = () => {
      if (this.#isClosed) throw new ChainAborted();
    };
    for (const record of cutOff) {
      try {
        assertWanted();
        if (this.#store.getMapRun(record.mapRunArn) === undefined) continue;
        await endCutOff(record, this.#parts, assertWanted);
      } catch (thrown) {
        if (this.#isClosed) return;
        onFailure(thrown);
      }
    }
  }

  #open(request: MapRunRequest, record: MapRunRecord, isRecounted: boolean): MapRun {
    const mapRun = new MapRun(request, new MapRunState(record, isRecounted), this.#parts);
    this.#store.putMapRun(record);
    this.#running.set(record.mapRunArn, mapRun);
    return mapRun;
  }

  #redriven(record: MapRunRecord): MapRunRecord {
    const tally = new Tally(record.items, record.executions);
    tally.redriven();
    return {
      ...record,
      status: 'RUNNING',
      stopDateMs: undefined,
      items: tally.items,
      executions: tally.executions,
      unsuccessful: [],
      toRedrive: notSucceeded(record),
      redriveCount: record.redriveCount + 1,
      redriveDateMs: this.#parts.clock.now(),
    };
  }
}

/** All batches that have run and have not succeeded. */
function notSucceeded({ succeeded, unsuccessful, toRedrive }: MapRunRecord) {
  const done = new IndexRanges(succeeded);
  const open = new IndexRanges(unsuccessful);
  for (const [first, last] of toRedrive) {
    for (let index = first; index <= last; index += 1) if (!done.has(index)) open.add(index);
  }
  return open.ranges;
}
