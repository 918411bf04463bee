import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/**
 * Kills the processes that it has been told of and that have not ended, once this shell's input ends: when this process
 * is gone, however it went, since the system then closes the pipe.
 */
const GUARD = [
  'pids=" "',
  'while read -r change pid; do',
  '  case "$change" in',
  '    began) pids="$pids$pid ";;',
  '    ended) pids="$(printf %s "$pids" | sed "s/ $pid / /")";;',
  '  esac',
  'done',
  'for pid in $pids; do kill -9 "-$pid"; done 2>/dev/null',
].join('\n');

/** Lets no process of an environment outlive the runtime: one that is busy would not notice by itself. */
class ProcessGuard {
  readonly #pids = new Set<number>();
  #shell: ChildProcess | undefined;

  /** `pid` leads a process group of its own, which ends with the runtime from now on. */
  began(pid: number): void {
    this.#pids.add(pid);
    if (this.#shell === undefined) this.#start();
    else this.#tell(`began ${pid}`);
  }

  ended(pid: number): void {
    this.#pids.delete(pid);
    this.#tell(`ended ${pid}`);
  }

  /** In a group of its own, so that an interrupt in the terminal does not end it. It keeps nobody waiting. */
  #start(): void {
    const shell = spawn('/bin/sh', ['-c', GUARD], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#shell = shell;
    // Where it could not begin, or somebody has ended it, the next process brings another one.
    for (const event of ['error', 'exit']) {
      shell.on(event, () => {
        if (this.#shell === shell) this.#shell = undefined;
      });
    }
    shell.unref();
    shell.stdin?.on('error', () => undefined);
    if (shell.stdin !== null && 'unref' in shell.stdin) (shell.stdin as unknown as { unref(): void }).unref();
    for (const pid of this.#pids) this.#tell(`began ${pid}`);
  }

  #tell(line: string): void {
    this.#shell?.stdin?.write(`${line}\n`);
  }
}

/** One for all environments of this process. */
export const processGuard = new ProcessGuard();

/** What an environment's process tells: see bootstrap/reports.mjs. */
export interface Report {
  readonly kind: ReportKind;
  /** Of the process, in bytes. */
  readonly memoryBytes: number;
  /** JSON text; what was written, for `log`. */
  readonly payload: string;
}

export type ReportKind = 'ready' | 'log' | 'done' | 'failed' | 'crashed' | 'initFailed';

const NEWLINE = 0x0a;
const HEAD = /^(ready|log|done|failed|crashed|initFailed) (\d+) (\d+)$/;
/** More than any head has, in bytes. */
const MAX_HEAD = 64;

/** A report, and how many bytes it and all before it take. */
interface Frame {
  readonly report: Report;
  readonly end: number;
}

/**
 * Reads the reports of one process out of the pieces that its pipe gives: a line `{kind} {memory} {bytes}`, then the
 * payload. Calls `onBroken` once something else comes, as when the handler writes to the pipe, and reads no more then.
 */
export function createReportReader(
  onReport: (report: Report) => void,
  onBroken: () => void,
): (piece: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  /** How much there has to be before anything can be read. */
  let needed = 1;
  let isBroken = false;

  return (piece) => {
    if (isBroken) return;
    pieces.push(piece);
    size += piece.length;
    if (size < needed) return;
    const bytes = pieces.length === 1 ? piece : Buffer.concat(pieces, size);
    let start = 0;
    let frame = frameAt(bytes, start);
    for (; typeof frame === 'object'; frame = frameAt(bytes, start)) {
      start = frame.end;
      onReport(frame.report);
    }
    if (frame === undefined) {
      isBroken = true;
      pieces = [];
      onBroken();
      return;
    }
    pieces = [bytes.subarray(start)];
    size = bytes.length - start;
    needed = frame - start;
  };
}

/** A frame, or how many bytes there have to be for more to be known of it; undefined for what is none. */
function frameAt(bytes: Buffer, start: number): Frame | number | undefined {
  const lineEnd = bytes.indexOf(NEWLINE, start);
  if (lineEnd < 0) return bytes.length - start > MAX_HEAD ? undefined : bytes.length + 1;
  const [, kind, memory, length] = HEAD.exec(bytes.toString('latin1', start, lineEnd)) ?? [];
  if (kind === undefined) return undefined;
  const end = lineEnd + 1 + Number(length);
  if (bytes.length < end) return end;
  const payload = bytes.toString('utf8', lineEnd + 1, end);
  return { report: { kind: kind as ReportKind, memoryBytes: Number(memory), payload }, end };
}

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
