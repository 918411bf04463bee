import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that cannot outlive this one. */
export interface GuardedProcess {
  /** What it has written so far, to both streams. */
  output(): string;
  /** Calls back with every change of the output. */
  onOutput(listener: () => void): void;
  readonly hasExited: boolean;
  /** Resolves with its exit code once it is gone; 128 and more for a signal. */
  readonly exited: Promise<number>;
  /** Ends it, in the end by force. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it as `kill -9` does. */
  kill(): void;
}

/**
 * Runs the program in the background and ends it when this shell's input ends: when this process stops it, and
 * when this process is gone, however it went, since the system then closes the pipe.
 */
const GUARD = [
  'exec 3<&0',
  '"$@" 3<&- </dev/null & program=$!',
  '{ cat <&3 >/dev/null; kill "$program"; } 2>/dev/null &',
  'exec 3<&- >/dev/null 2>&1', // whatever it says itself must not end it once nobody listens
  'wait "$program"',
].join('\n');

const STOP_TIMEOUT_MS = 3_000;

/** Starts a program in a process group of its own, so that an interrupt in the terminal reaches this process alone. */
export function startGuarded(program: string, args: readonly string[]): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', program, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  const listeners: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      for (const listener of listeners) listener();
    });
  }
  let hasExited = false;
  // The guard may be gone a moment before the program, which holds its output until it is gone as well.
  const closed = once(child, 'close');
  const exited = exitOf(child).then(async (code) => {
    hasExited = true;
    killGroup(child);
    await closed;
    return code;
  });
  return {
    output: () => Buffer.concat(chunks).toString('utf8').trim(),
    onOutput: (listener) => listeners.push(listener),
    get hasExited() {
      return hasExited;
    },
    exited,
    stop: async () => {
      child.stdin.end();
      const timer = new AbortController();
      const byForce = delay(STOP_TIMEOUT_MS, undefined, { signal: timer.signal }).then(
        () => killGroup(child),
        () => undefined, // gone in time
      );
      await exited;
      timer.abort();
      await byForce;
    },
    kill: () => killGroup(child),
  };
}

async function exitOf(child: ChildProcess): Promise<number> {
  const [code]: (number | null)[] = await once(child, 'exit');
  return code ?? 128;
}

/** What is left of the group: the guard's reader, or the program when it does not end by itself. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (Object(error).code !== 'ESRCH') throw error;
  }
}
