import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { processGuard } from './process-guard.ts';
import { createReportReader, type Report } from './report-frames.ts';

const bootstrap = fileURLToPath(new URL('./bootstrap/bootstrap.mjs', import.meta.url));

export interface ProcessOptions {
  /** All of its `process.env`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly memoryMb: number;
  /** For the bootstrap, as JSON. */
  readonly settings: object;
  onReport(report: Report): void;
  /** What is written past the runtime: by programs that the handler starts, and by Node.js when it dies. */
  onOutput(text: string): void;
  /** It is gone, and all that it has said is told. */
  onEnd(end: ProcessEnd): void;
}

/** How a process ended: its exit code, or what killed it. */
export type ProcessEnd = number | 'outOfMemory' | NodeJS.Signals;

/** The third descriptor is for reports, which the process writes at once, whatever it does next. */
const STDIO: StdioOptions = ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'];
const REPORTS = 3;

/** How long what is written before an exit may take to be read, and an exit that is announced to come. */
const LAST_WORDS_MS = 500;

/** How often to look how much memory an invocation takes. */
const MEMORY_INTERVAL_MS = 100;
const PAGE_BYTES = 4096;
const BYTES_PER_MB = 1024 * 1024;

const HEAP_IS_FULL = /JavaScript heap out of memory|invalid (?:size|table size|array length)/;

/**
 * The process of one execution environment: whatever a handler does to it, by memory, signals or an endless loop, stays
 * in it. It leads a group of its own, which ends with it.
 */
export class EnvironmentProcess {
  readonly #options: ProcessOptions;
  /** None where the system has refused it at once. */
  readonly #child: ChildProcess | undefined;
  #memoryTimer: NodeJS.Timeout | undefined;
  #lastWordsTimer: NodeJS.Timeout | undefined;
  #isOutOfMemory = false;
  #isAlive = true;
  #hasEnded = false;

  constructor(options: ProcessOptions) {
    this.#options = options;
    try {
      this.#child = start(options);
      this.#follow(this.#child);
    } catch (error) {
      setImmediate(() => this.#fail(error as Error));
    }
  }

  /** Whether it may still do something: it has neither exited nor been killed. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  send(message: readonly unknown[]): void {
    // One that is gone is heard of by its end.
    this.#child?.send(message, () => undefined);
  }

  /** While it boots and while an invocation runs, it may take no more memory than its function has. */
  watchMemory(isWatched: boolean): void {
    clearInterval(this.#memoryTimer);
    if (isWatched) this.#memoryTimer = setInterval(() => this.#checkMemory(), MEMORY_INTERVAL_MS);
  }

  kill(): void {
    this.#killGroup();
  }

  /** For one that says that it ends, in case that something keeps it from that. */
  killSoon(): void {
    this.#killLater(() => this.#killGroup());
  }

  #follow(child: ChildProcess): void {
    if (child.pid !== undefined) processGuard.began(child.pid);
    const readReports = createReportReader(
      (report) => this.#options.onReport(report),
      () => this.#killGroup(),
    );
    // There are no pipes where the system has no more of them.
    const reports = child.stdio?.[REPORTS] as Readable | null | undefined;
    reports?.on('data', readReports);
    for (const output of [child.stdout, child.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    }
    // It may end while it is told something.
    child.on('error', (error) => this.#fail(error));
    child.on('exit', () => this.#exited(child));
    child.on('close', (code, signal) => this.#ended(code, signal));
  }

  /** A program that it has started in a group of its own may have its pipes, and keep them. */
  #exited(child: ChildProcess): void {
    this.#killGroup();
    this.#killLater(() => {
      for (const pipe of child.stdio ?? []) pipe?.destroy();
    });
  }

  #killLater(kill: () => void): void {
    clearTimeout(this.#lastWordsTimer);
    this.#lastWordsTimer = setTimeout(kill, LAST_WORDS_MS);
  }

  #checkMemory(): void {
    const bytes = residentBytes(this.#child?.pid);
    if (bytes === undefined || bytes <= this.#options.memoryMb * BYTES_PER_MB) return;
    this.#isOutOfMemory = true;
    this.#killGroup();
  }

  /** What Node.js says of itself when it dies is for its developers. */
  #hear(text: string): void {
    if (HEAP_IS_FULL.test(text)) this.#isOutOfMemory = true;
    this.#options.onOutput(text);
  }

  #fail(error: Error): void {
    this.#options.onOutput(`${error.message}\n`);
    // Without a process there may be no end of one.
    if (this.#child?.pid === undefined) this.#ended(1, null);
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#isAlive = false;
    clearInterval(this.#memoryTimer);
    clearTimeout(this.#lastWordsTimer);
    if (this.#child?.pid !== undefined) processGuard.ended(this.#child.pid);
    this.#options.onEnd(this.#isOutOfMemory ? 'outOfMemory' : (signal ?? code ?? 0));
  }

  #killGroup(): void {
    this.#isAlive = false;
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if (Object(error).code !== 'ESRCH') throw error;
    }
  }
}

/** Throws what the system says at once, as when it has no memory left; other failures are events of the process. */
function start({ variables, memoryMb, settings, workingDirectory }: ProcessOptions): ChildProcess {
  return spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, bootstrap], {
    cwd: workingDirectory,
    detached: true,
    env: { ...variables, LAMBDA_BOOTSTRAP_SETTINGS: JSON.stringify(settings) },
    stdio: STDIO,
    serialization: 'advanced',
  });
}

/** Undefined where the system does not tell, as outside of Linux: there the heap alone is limited. */
function residentBytes(pid: number | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return undefined;
  }
}
