import { setTimeout as delay } from 'node:timers/promises';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';

const RETRY_MS = 40;
const TRIES = 12;

/** A stack that goes through several runtimes on the same data, and who lives in it. */
export class World {
  readonly #args: readonly string[];
  #stack: RunningStack | undefined;
  #ended = new AbortController();
  /** What runtimes before this one have printed. */
  #printed = '';

  constructor(dataDirectory: string) {
    this.#args = ['--data', dataDirectory, '--async-retry-delays', '100,200'];
  }

  get stack(): RunningStack {
    if (this.#stack === undefined) throw new Error('No stack runs.');
    return this.#stack;
  }

  /** Aborts when the runtime that runs is about to end, or nobody is to begin anything new. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Has everybody finish what is begun. */
  finish(): void {
    this.#ended.abort();
  }

  /** What all runtimes have printed. */
  get printed(): string {
    return this.#printed + (this.#stack?.output() ?? '');
  }

  async start(faults: readonly string[] = [], seed = 0): Promise<void> {
    const rules = faults.flatMap((rule) => ['--fault', rule]);
    const seeded = faults.length === 0 ? [] : ['--fault-seed', String(seed)];
    this.#ended = new AbortController();
    this.#stack = await startStack([...this.#args, ...rules, ...seeded]);
  }

  /** As `kill -9` does. */
  async kill(): Promise<void> {
    this.#ended.abort();
    await this.#stack?.kill();
    this.#leave();
  }

  /** As Ctrl-C does; resolves to the exit code. */
  async stop(): Promise<number | null> {
    this.#ended.abort();
    const code = await (this.#stack?.stop() ?? null);
    this.#leave();
    return code;
  }

  #leave(): void {
    this.#printed = this.printed;
    this.#stack = undefined;
  }

  /**
   * Does what faults may get in the way of, again and again; `undefined` when the runtime has ended meanwhile.
   * @throws what it has thrown at last, when it never succeeds
   */
  async persist<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    for (let tries = 1; !this.signal.aborted; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (tries === TRIES && !this.signal.aborted) throw error;
        await delay(RETRY_MS);
      }
    }
    return undefined;
  }
}
