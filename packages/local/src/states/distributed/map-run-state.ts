import type { Clock } from '../../clock.ts';
import type { EndedStatus } from '../execution-store.ts';
import type { ChildExecutions } from './child-executions.ts';
import { TotalCount } from './item-reader.ts';
import type { Batch } from './item-source.ts';
import { IndexRanges } from './lines.ts';
import {
  batchIndexOf,
  type CollectedResults,
  type MapRunCounts,
  type MapRunLimits,
  type MapRunRecord,
  NO_COUNTS,
} from './map-run-record.ts';
import { openResults, type ResultsTarget } from './map-run-results.ts';

const MEMBER = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };

/** Counts the children of a map run and their items. */
export class Tally {
  readonly items: Mutable<MapRunCounts>;
  readonly executions: Mutable<MapRunCounts>;

  constructor(items: MapRunCounts = NO_COUNTS, executions: MapRunCounts = NO_COUNTS) {
    this.items = { ...items };
    this.executions = { ...executions };
  }

  /** A child begins; `again` when it had been waiting for a redrive. */
  started(itemCount: number, again: boolean): void {
    this.#add('running', itemCount);
    if (again) this.#add('pendingRedrive', itemCount, -1);
  }

  /** A child that was running has ended. */
  ended(status: EndedStatus, itemCount: number): void {
    this.#add('running', itemCount, -1);
    this.#add(MEMBER[status], itemCount);
  }

  /** A child has ended in an earlier life of the runtime. */
  remembered(status: EndedStatus, itemCount: number): void {
    this.#add(MEMBER[status], itemCount);
  }

  /** All that did not succeed waits for a redrive. */
  redriven(): void {
    for (const counts of [this.items, this.executions]) {
      counts.pendingRedrive += counts.failed + counts.timedOut + counts.aborted;
      Object.assign(counts, { failed: 0, timedOut: 0, aborted: 0 });
    }
  }

  /** The results of all that have ended are written. */
  written(): void {
    for (const counts of [this.items, this.executions]) {
      counts.resultsWritten = counts.succeeded + counts.failed + counts.timedOut + counts.aborted;
    }
  }

  /** The items that count against what is tolerated. */
  get failedItems(): number {
    return this.items.failed + this.items.timedOut;
  }

  #add(member: keyof MapRunCounts, itemCount: number, sign = 1): void {
    this.items[member] += sign * itemCount;
    this.executions[member] += sign;
  }
}

/** How far a map run has come. */
export class MapRunState {
  limits: MapRunLimits;
  readonly tally: Tally;
  readonly total: TotalCount;
  readonly #record: MapRunRecord;
  readonly #isRecounted: boolean;
  readonly #succeeded: IndexRanges;
  readonly #unsuccessful: IndexRanges;
  readonly #toRedrive: IndexRanges;
  /** How children ended that did not succeed, before the runtime was restarted. */
  readonly #remembered = new Map<number, EndedStatus>();

  /** `isRecounted` when what was done before is counted as it is read again. */
  constructor(record: MapRunRecord, isRecounted: boolean) {
    this.#record = record;
    this.#isRecounted = isRecounted;
    this.limits = record;
    this.tally = new Tally(record.items, record.executions);
    this.total = new TotalCount(record);
    this.#succeeded = new IndexRanges(record.succeeded);
    this.#unsuccessful = new IndexRanges(record.unsuccessful);
    this.#toRedrive = new IndexRanges(record.toRedrive);
  }

  /** A result of the batch is there from before the runtime was restarted. */
  remember(batchIndex: number, status: EndedStatus): void {
    if (status === 'SUCCEEDED') this.#succeeded.add(batchIndex);
    else {
      this.#unsuccessful.add(batchIndex);
      this.#remembered.set(batchIndex, status);
    }
  }

  /** A batch was read: whether it is to run. */
  takes({ index, itemCount }: Batch): boolean {
    this.total.read(itemCount);
    const isSuccess = this.#succeeded.has(index);
    if (!isSuccess && !this.#unsuccessful.has(index)) return true;
    if (this.#isRecounted) {
      this.tally.remembered(isSuccess ? 'SUCCEEDED' : (this.#remembered.get(index) ?? 'FAILED'), itemCount);
    }
    return false;
  }

  started({ index, itemCount }: Batch): void {
    this.tally.started(itemCount, this.#toRedrive.has(index));
  }

  ended({ index, itemCount }: Batch, status: EndedStatus): void {
    this.tally.ended(status, itemCount);
    if (status === 'SUCCEEDED') this.#succeeded.add(index);
    else this.#unsuccessful.add(index);
  }

  /** The record as it is now. */
  record(collected: CollectedResults = this.#record.collected): MapRunRecord {
    const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = this.limits;
    return {
      ...this.#record,
      maxConcurrency,
      toleratedFailureCount,
      toleratedFailurePercentage,
      items: { ...this.tally.items },
      executions: { ...this.tally.executions },
      totalItems: this.total.items,
      totalExecutions: this.total.executions,
      isTotalKnown: this.total.isKnown,
      succeeded: this.#succeeded.ranges,
      unsuccessful: this.#unsuccessful.ranges,
      collected,
    };
  }
}

/** What a map run works with. */
export interface MapRunParts extends ResultsTarget {
  readonly clock: Clock;
  readonly children: ChildExecutions;
  /** Keeps the record; called whenever a child has ended. */
  keep(record: MapRunRecord): void;
}

/**
 * Writes the results of a map run whose execution had ended when the runtime did, and ends it as `ABORTED`. What its
 * children were at counts as not begun. Throws `States.ResultWriterFailed`, and what `assertWanted` throws; the results
 * stay where they are then.
 */
export async function endCutOff(
  record: MapRunRecord,
  parts: MapRunParts,
  assertWanted: () => void,
): Promise<void> {
  const results = await openResults(record, parts, false);
  const succeeded = new IndexRanges(record.succeeded);
  try {
    for await (const { name, status } of results.recorded()) {
      if (status === 'SUCCEEDED') succeeded.add(batchIndexOf(name));
    }
    await results.finish(assertWanted);
  } catch (error) {
    await results.close();
    throw error;
  }
  parts.keep({
    ...record,
    status: 'ABORTED',
    stopDateMs: parts.clock.now(),
    items: { ...record.items, running: 0 },
    executions: { ...record.executions, running: 0 },
    isCounted: false,
    succeeded: succeeded.ranges,
  });
}
