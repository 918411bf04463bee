import type { Retry } from './retry.ts';

/** Follows a state that is run on its own, for the API's TestState. */
export interface Inspector {
  /** How often the retrier that names the state's error has retried before. */
  readonly retrierRetryCount: number;
  /** A step of the state's data flow, by the API's name for it: `afterArguments`, `result`. */
  note(member: string, value: string | number): void;
  /** A retrier names the error. What it says is not done: the state has one attempt. */
  retry(retry: Retry): void;
  /** The catcher at that place catches the error. */
  caught(index: number): void;
}
