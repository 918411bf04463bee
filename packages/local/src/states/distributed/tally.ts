import type { EndedStatus } from '../execution-store.ts';
import { type MapRunCounts, NO_COUNTS } from './map-run-record.ts';

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
