import type { Inspector, Mock } from '../inspector.ts';
import type { JsonObject } from '../json.ts';
import type { Retry } from '../retry.ts';

/** Collects what TestState tells of the state that it has run: its `inspectionData`. */
export class StateInspection implements Inspector {
  readonly retrierRetryCount: number;
  readonly mock: Mock | undefined;
  readonly context: JsonObject | undefined;
  readonly #members: Record<string, string | number> = {};
  readonly #errorDetails: Record<string, number> = {};
  #caught: { error?: string; cause?: string } | undefined;

  constructor(retrierRetryCount: number, mock: Mock | undefined, context: JsonObject | undefined) {
    this.retrierRetryCount = retrierRetryCount;
    this.mock = mock;
    this.context = context;
  }

  note(member: string, value: string | number): void {
    this.#members[member] = value;
  }

  retry({ index, delayMs }: Retry): void {
    this.#errorDetails['retryIndex'] = index;
    if (delayMs !== undefined) {
      this.#errorDetails['retryBackoffIntervalSeconds'] = Math.round(delayMs / 1_000);
    }
  }

  caught(index: number, told: { error?: string; cause?: string }): void {
    this.#errorDetails['catchIndex'] = index;
    this.#caught = told;
  }

  /** The status of a state that was left, with the error where one was caught. */
  outcome(): object {
    return this.#caught === undefined ? { status: 'SUCCEEDED' } : { ...this.#caught, status: 'CAUGHT_ERROR' };
  }

  /** In the API's shape. */
  data(): object {
    const errorDetails = this.#errorDetails;
    return { ...this.#members, ...(Object.keys(errorDetails).length === 0 ? {} : { errorDetails }) };
  }
}
