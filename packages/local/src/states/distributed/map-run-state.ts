import type { EndedStatus } from '../execution-store.ts';
import { IndexRanges } from './index-ranges.ts';
import type { Batch } from './item-source.ts';
import type { CollectedResults, MapRunRecord } from './map-run-record.ts';
import type { MapRunLimits } from './map-run-request.ts';
import { Tally } from './tally.ts';
import { TotalCount } from './total-count.ts';

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
