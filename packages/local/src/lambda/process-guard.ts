import { type ChildProcess, spawn } from 'node:child_process';

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
