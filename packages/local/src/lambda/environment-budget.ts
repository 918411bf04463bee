import { totalmem } from 'node:os';

const LEAST_ENVIRONMENTS = 8;
/** A warm process shows 60 MB, and more where a handler keeps something. */
const BYTES_PER_ENVIRONMENT = 128 * 1024 ** 2;

/** As many as half of the memory holds, of the machine or of the container that the runtime is in. */
export const DEFAULT_TOTAL_ENVIRONMENTS = Math.max(
  LEAST_ENVIRONMENTS,
  Math.floor(Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 / BYTES_PER_ENVIRONMENT),
);

/** The pool of a function that asks for a place. */
export interface PlaceSeeker {
  /** Whether it still needs one. */
  isSeeking(): boolean;
  /** Whether its function has no environment at all. */
  isEmpty(): boolean;
  /** Boots an environment, in the place that it gets. */
  boot(): void;
}

/**
 * How many environments all functions together may have. A place is taken from the boot of an environment until its
 * process has ended. Where no place is free, the environment that has been idle longest ends, whatever its function.
 * Where none is idle, a function that has no environment at all gets the place of the next one that has done an
 * invocation, and others wait until a place comes free: each function goes on, however busy others are.
 *
 * A function that invokes another one and waits for it keeps its place meanwhile. If all places are taken by such
 * functions, none of the invocations that they wait for can begin. As where a function's own limit is reached, these
 * are throttled once they have waited for `concurrencyWaitMs`, or their callers time out before: nothing waits for good.
 */
export class EnvironmentBudget {
  readonly #limit: number;
  #taken = 0;
  /** How each that is idle is ended; the longest idle is first. */
  readonly #idle = new Map<object, () => void>();
  /** They have their places until their processes have ended. */
  readonly #ending = new Set<object>();
  /** In the order in which they have asked. */
  readonly #seekers = new Set<PlaceSeeker>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Has the pool boot an environment as soon as there is a place, if it still needs one then. */
  seek(seeker: PlaceSeeker): void {
    this.#seekers.add(seeker);
    this.#assign();
  }

  /** Whether an environment that has done an invocation is to end, for a function that has none. */
  get isShort(): boolean {
    return this.#seeking().filter((seeker) => seeker.isEmpty()).length > this.#ending.size;
  }

  /** An environment has nothing to do; `end` is called when another function needs its place. */
  idle(environment: object, end: () => void): void {
    this.#idle.set(environment, end);
    this.#assign();
  }

  busy(environment: object): void {
    this.#idle.delete(environment);
  }

  /** An environment is being ended. */
  ending(environment: object): void {
    this.#idle.delete(environment);
    this.#ending.add(environment);
  }

  /** The process of an environment has ended, by itself or otherwise. */
  ended(environment: object): void {
    this.#idle.delete(environment);
    this.#ending.delete(environment);
    this.#taken -= 1;
    this.#assign();
  }

  #assign(): void {
    for (let next = this.#next(); next !== undefined && this.#taken < this.#limit; next = this.#next()) {
      this.#seekers.delete(next);
      next.boot();
      this.#taken += 1;
    }
    const missing = this.#seeking().length - this.#ending.size;
    if (missing > 0) for (const end of [...this.#idle.values()].slice(0, missing)) end();
  }

  #next(): PlaceSeeker | undefined {
    const seeking = this.#seeking();
    return seeking.find((seeker) => seeker.isEmpty()) ?? seeking[0];
  }

  /** Without those that need no place any more. */
  #seeking(): readonly PlaceSeeker[] {
    for (const seeker of this.#seekers) if (!seeker.isSeeking()) this.#seekers.delete(seeker);
    return [...this.#seekers];
  }
}
