import { type RemoveRemainsDependencies, removeRemains } from '../../../shared/commands/remove-remains.ts';
import { TransientFault } from '../../../shared/errors.ts';

/** Lambda ends whoever has worked for so long. */
const LIFETIME_MS = 60_000;

/** Somebody who removes what is left of a purged device, a few calls at a time. */
export class PurgeWorker {
  readonly purgeId: string;
  readonly #clock: () => number;
  readonly #startedAt: number;
  readonly #end: Promise<void>;
  #permits = 0;
  #isOver = false;
  #failure: unknown;
  #goOn: (() => void) | undefined;
  #stop: (() => void) | undefined;

  constructor(
    purgeId: string,
    { clock, store, remains }: Pick<RemoveRemainsDependencies, 'clock' | 'store' | 'remains'>,
  ) {
    this.purgeId = purgeId;
    this.#clock = clock;
    this.#startedAt = clock();
    const dependencies = {
      clock,
      deadlineEpochMs: Number.POSITIVE_INFINITY,
      store: this.#slow(store),
      remains: this.#slow(remains),
      leaseId: crypto.randomUUID(),
      sleep: () => this.#permission(),
    };
    this.#end = removeRemains({ purgeId }, dependencies).then(
      () => this.#finish(),
      (error) => this.#finish(error),
    );
  }

  get isGone(): boolean {
    return this.#isOver || this.#clock() > this.#startedAt + LIFETIME_MS;
  }

  /** Lets it make so many calls more. @throws what it failed with, if that is not to be tried again */
  async advance(calls: number): Promise<void> {
    if (this.isGone) return;
    this.#permits = calls;
    const stopped = new Promise<void>((resolve) => {
      this.#stop = resolve;
    });
    this.#goOn?.();
    await Promise.race([stopped, this.#end]);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #finish(error?: unknown): void {
    this.#isOver = true;
    if (!(error instanceof TransientFault)) this.#failure = error;
  }

  #slow<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const method = Reflect.get(object, name);
        if (typeof method !== 'function') return method;
        return async (...parts: unknown[]) => {
          await this.#permission();
          return method.apply(object, parts);
        };
      },
    });
  }

  async #permission(): Promise<void> {
    while (this.#permits === 0) {
      this.#stop?.();
      await new Promise<void>((resolve) => {
        this.#goOn = resolve;
      });
    }
    this.#permits -= 1;
  }
}
