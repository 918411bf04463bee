import type { OffsetClock } from '../clock.ts';
import type { FunctionDefinition } from './definition.ts';
import { type EnvironmentFaults, ExecutionEnvironment, type InitFailure } from './environment.ts';
import type { EnvironmentBudget, PlaceSeeker } from './environment-budget.ts';
import { exitedPayload, failure, type Invocation } from './invocation.ts';

export interface EnvironmentPoolOptions {
  readonly definition: FunctionDefinition;
  readonly clock: OffsetClock;
  /** None when absent. */
  readonly faults?: EnvironmentFaults;
  /** Of all functions together. */
  readonly budget: EnvironmentBudget;
  /** How many environments there may be at once; asked each time. */
  limit(): number;
  /** `process.env` of a new environment. */
  variables(): Record<string, string>;
  /** `logStreamName` is the environment's, as its variables have it. */
  onLine(logStreamName: string, line: string): void;
}

/** After how long without work environments of a function end: the last idle one, and those beside it. */
export interface IdleLimits {
  readonly lastMs: number;
  readonly othersMs: number;
}

/**
 * How long invocations wait before one more environment boots. A process takes tens of milliseconds to boot and a
 * warm one answers within a few, so booting for each one that waits would slow down all of them.
 */
const GROW_AFTER_MS = 10;

/** The execution environments of one function: grows while invocations wait, uses the warmest first. */
export class EnvironmentPool {
  readonly #options: EnvironmentPoolOptions;
  readonly #all = new Set<ExecutionEnvironment>();
  /** A stack: the one used last is on top, so that those that are not needed grow old at the bottom. */
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: Invocation[] = [];
  /** One at a time: booting is work for the processor that the warm ones need. */
  #booting: ExecutionEnvironment | undefined;
  #isClosed = false;
  /** Whether another pool has what comes from now on. */
  #isRetired = false;
  readonly #isEmpty = Promise.withResolvers<void>();
  #growTimer: NodeJS.Timeout | undefined;
  readonly #seeker: PlaceSeeker = {
    isSeeking: () => this.#needsOneMore(),
    isEmpty: () => this.#all.size === 0,
    boot: () => this.#boot(),
  };

  constructor(options: EnvironmentPoolOptions) {
    this.#options = options;
  }

  run(invocation: Invocation): void {
    if (this.#isClosed) {
      invocation.complete(failure(exitedPayload(invocation.requestId, 0)));
      return;
    }
    this.#waiting.push(invocation);
    const environment = this.#idle.pop();
    if (environment === undefined) {
      this.#grow();
      return;
    }
    this.#options.budget.busy(environment);
    this.#work(environment);
  }

  /** Ends the environments that have had nothing to do for long. */
  reap({ lastMs, othersMs }: IdleLimits): void {
    const now = performance.now();
    for (let oldest = this.#idle[0]; oldest !== undefined; oldest = this.#idle[0]) {
      if (now - oldest.idleSince < (this.#idle.length > 1 ? othersMs : lastMs)) return;
      this.#end(oldest);
    }
  }

  /**
   * Ends the environments once they have done what they run, and gives the invocations that have not begun.
   * {@link empty} then tells when the last is gone.
   */
  retire(): readonly Invocation[] {
    this.#isRetired = true;
    clearTimeout(this.#growTimer);
    for (const environment of [...this.#idle]) this.#end(environment);
    const waiting = this.#waiting.splice(0);
    if (this.#all.size === 0) this.#isEmpty.resolve();
    return waiting;
  }

  /** Resolves once a retired pool has no environment left. */
  get empty(): Promise<void> {
    return this.#isEmpty.promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#growTimer);
    await Promise.all([...this.#all].map((environment) => environment.terminate()));
    for (const next of this.#waiting.splice(0)) next.complete(failure(exitedPayload(next.requestId, 0)));
  }

  #work(environment: ExecutionEnvironment): void {
    const { definition, faults, budget } = this.#options;
    if (this.#isRetired) {
      this.#end(environment);
      return;
    }
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (next.claim()) {
        environment.run(next);
        environment.suffer(faults?.killOf(definition.functionName));
        return;
      }
    }
    environment.idleSince = performance.now();
    this.#idle.push(environment);
    budget.idle(environment, () => this.#end(environment));
  }

  #end(environment: ExecutionEnvironment): void {
    const index = this.#idle.indexOf(environment);
    if (index !== -1) this.#idle.splice(index, 1);
    this.#options.budget.ending(environment);
    void environment.terminate();
  }

  #needsOneMore(): boolean {
    const isOpen = !this.#isClosed && !this.#isRetired;
    if (!isOpen || this.#booting !== undefined || this.#waiting.length === 0) return false;
    return this.#all.size === 0 || this.#all.size < this.#options.limit();
  }

  #grow(): void {
    if (!this.#needsOneMore()) return;
    if (this.#all.size === 0) {
      this.#options.budget.seek(this.#seeker);
      return;
    }
    this.#growTimer ??= setTimeout(() => {
      this.#growTimer = undefined;
      if (this.#needsOneMore()) this.#options.budget.seek(this.#seeker);
    }, GROW_AFTER_MS);
  }

  #boot(): void {
    const variables = this.#options.variables();
    const logStreamName = variables['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '';
    const { definition, clock, faults } = this.#options;
    const environmentClock = faults?.clockOf(clock) ?? clock;
    const environment = new ExecutionEnvironment(definition, variables, environmentClock, {
      idle: (it) => {
        if (this.#endBoot(it)) {
          this.#work(it);
          this.#grow();
        } else if (this.#options.budget.isShort) this.#end(it);
        else this.#work(it);
      },
      ended: (it, initFailure) => {
        this.#endBoot(it);
        this.#remove(it, initFailure);
      },
      line: (line) => this.#options.onLine(logStreamName, line),
    });
    this.#booting = environment;
    this.#all.add(environment);
  }

  #endBoot(environment: ExecutionEnvironment): boolean {
    if (this.#booting !== environment) return false;
    this.#booting = undefined;
    return true;
  }

  #remove(environment: ExecutionEnvironment, initFailure: InitFailure | undefined): void {
    this.#all.delete(environment);
    const index = this.#idle.indexOf(environment);
    if (index !== -1) this.#idle.splice(index, 1);
    this.#options.budget.ended(environment);
    if (this.#isRetired && this.#all.size === 0) this.#isEmpty.resolve();
    if (initFailure !== undefined) this.#failNext(initFailure);
    this.#grow();
  }

  /** The invocation for which an environment was to boot hears why it did not, as on Lambda. */
  #failNext(initFailure: InitFailure): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (next.claim()) {
        next.complete(initFailure(next.requestId));
        return;
      }
    }
  }
}
