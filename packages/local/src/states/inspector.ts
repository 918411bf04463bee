import type { Json, JsonDocument, JsonObject } from './json.ts';
import type { Retry } from './retry.ts';

/** Follows a state that is run on its own, for the API's TestState. */
export interface Inspector {
  /** How often the retrier that names the state's error has retried before. */
  readonly retrierRetryCount: number;
  /** What stands for the work of a Task, a Parallel or a Map; nothing does when absent. */
  readonly mock?: Mock | undefined;
  /** In place of the Context object. */
  readonly context?: JsonObject | undefined;
  /** A step of the state's data flow, by the API's name for it: `afterArguments`, `result`. */
  note(member: string, value: string | number): void;
  /** A retrier names the error. What it says is not done: the state has one attempt. */
  retry(retry: Retry): void;
  /** The catcher at that place catches an error. */
  caught(index: number, told: { readonly error?: string; readonly cause?: string }): void;
}

export interface Mock {
  /** How many iterations of a Map are said to have failed. */
  readonly failedIterations: number;
  /** What an ItemReader is said to have read. */
  readonly readerItems: readonly Json[] | undefined;
  /** The result. Throws the `StatesError` that stands for the work. */
  result(): JsonDocument;
}
