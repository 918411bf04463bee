import { join } from 'node:path';
import type { RuntimeLog } from '../contracts.ts';
import { type EngineProcess, startEngineProcess } from './engine-process.ts';
import { makeScratchDirectory } from './scratch-directory.ts';
import { mendStreams } from './stream-records.ts';

interface DynoxideOptions {
  /** The file that keeps the tables; without it they are gone with the engine. */
  readonly dbPath?: string;
  readonly log: RuntimeLog;
}

export interface Engine {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends the engine. Resolves when its process is gone. */
  close(): Promise<void>;
  /** Resolves when it is gone for good, with a sentence that says how, also when nobody closed it. */
  readonly exited: Promise<string>;
  /** Resolves once it answers calls, or is gone for good: at once, unless it has died and is being started again. */
  available(): Promise<void>;
}

export interface Dynoxide extends Engine {
  /** Ends its process as `kill -9` does: it is started again, as whenever it dies. */
  kill(): void;
}

/** So many deaths within that time, and something is wrong that no start mends. */
const DEATHS = 5;
const DEATHS_WITHIN_MS = 60_000;

/**
 * Starts the table engine on a free port of the loopback interface; ready when it resolves. When its process dies, it is
 * started again on the same port and data. It ends with this process in any case. Throws `EngineError`.
 */
export async function startDynoxide({ dbPath, log }: DynoxideOptions): Promise<Dynoxide> {
  const scratch = dbPath === undefined ? makeScratchDirectory() : undefined;
  const file = dbPath ?? join(scratch?.path ?? '', 'tables.db');
  try {
    const first = await startEngineProcess({ file, log });
    mendStreams(file, log);
    return new RevivedEngine(first, {
      log,
      revive: () => startEngineProcess({ file, port: first.port, log }),
      clean: async () => scratch?.remove(),
    });
  } catch (error) {
    await scratch?.remove();
    throw error;
  }
}

interface Surroundings {
  readonly log: RuntimeLog;
  revive(): Promise<EngineProcess>;
  /** Removes what must not outlive the engine. */
  clean(): Promise<void>;
}

class RevivedEngine implements Dynoxide {
  readonly url: string;
  readonly exited: Promise<string>;
  readonly #surroundings: Surroundings;
  #process: EngineProcess;
  /** Resolves with the next start, or with the end. */
  #revival = Promise.withResolvers<void>();
  #isUp = true;
  #isClosing = false;
  #isKilled = false;
  /** When it has died by itself, in milliseconds of `performance.now()`. */
  #deaths: readonly number[] = [];

  constructor(first: EngineProcess, surroundings: Surroundings) {
    this.url = `http://127.0.0.1:${first.port}`;
    this.#process = first;
    this.#surroundings = surroundings;
    this.exited = this.#live();
  }

  async available(): Promise<void> {
    if (!this.#isUp) await this.#revival.promise;
  }

  kill(): void {
    if (!this.#isUp) return;
    this.#isKilled = true;
    this.#process.kill();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    if (!this.#isUp) await this.#revival.promise;
    await this.#process.stop();
    await this.exited;
  }

  /** From start to start, until it is closed or can't go on; resolves to how it went. */
  async #live(): Promise<string> {
    let end: string | undefined;
    while (end === undefined) {
      const farewell = await this.#process.exited;
      this.#isUp = false;
      end = this.#reasonToEnd(farewell) ?? (await this.#revive(farewell));
    }
    this.#revival.resolve();
    await this.#surroundings.clean();
    return end;
  }

  #reasonToEnd(farewell: string): string | undefined {
    if (this.#isClosing) return farewell;
    if (this.#isKilled) return undefined;
    const now = performance.now();
    this.#deaths = [...this.#deaths, now].filter((diedAt) => diedAt > now - DEATHS_WITHIN_MS);
    if (this.#deaths.length < DEATHS) return undefined;
    return `${farewell}. It has ended ${DEATHS} times within a minute and is not started again: see what it says, and start the runtime again.`;
  }

  /** Starts it again; why it can't be, where it can't. */
  async #revive(farewell: string): Promise<string | undefined> {
    const { log, revive } = this.#surroundings;
    log.warn(`${farewell}; it is started again on the same data`);
    this.#isKilled = false;
    const startedAt = performance.now();
    try {
      this.#process = await revive();
    } catch (error) {
      return `${farewell}, and cannot be started again: ${error instanceof Error ? error.message : error}`;
    }
    log.info(`the table engine is there again after ${Math.round(performance.now() - startedAt)} ms`);
    this.#isUp = true;
    this.#revival.resolve();
    this.#revival = Promise.withResolvers<void>();
    return undefined;
  }
}

interface OpenEngineOptions {
  /** Of an engine that is there. */
  readonly url: string | undefined;
  /** The file that the built-in engine keeps its tables in. */
  readonly dbPath: string | undefined;
  readonly log: RuntimeLog;
}

/** The engine that was asked for, or the one that comes with the package. Throws `EngineError`. */
export async function openEngine({ url, dbPath, log }: OpenEngineOptions): Promise<Engine> {
  if (url === undefined) return startDynoxide({ log, ...(dbPath !== undefined && { dbPath }) });
  const exited = new Promise<string>(() => undefined);
  return { url, close: async () => undefined, exited, available: async () => undefined };
}
