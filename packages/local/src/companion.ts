import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeLog } from './contracts.ts';

interface CompanionOptions {
  /** A script that Node runs, and its arguments. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly log: RuntimeLog;
  /** How long it may take to end when it is told to; three seconds when absent. */
  readonly graceMs?: number;
}

/** A process that runs beside the runtime, which goes on without it when it ends. */
interface Companion {
  /** Ends it, in the end by force. Resolves when it is gone. */
  stop(): Promise<void>;
}

const GRACE_MS = 3_000;

/**
 * Starts a script whose output goes where this process's goes, in a process group of its own, so that an interrupt in
 * the terminal reaches this process alone. Its input ends when this process is gone, however it went: it has to end
 * then.
 */
export function startCompanion({
  command,
  environment,
  log,
  graceMs = GRACE_MS,
}: CompanionOptions): Companion {
  const child = spawn(process.execPath, command, {
    detached: true,
    env: environment,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  let isStopped = false;
  const gone = endOf(child).then((failure) => {
    if (failure === undefined || isStopped) return;
    log.warn(`node ${command.join(' ')} ${failure}; the runtime goes on without it.`);
  });
  return {
    async stop() {
      isStopped = true;
      child.kill('SIGTERM');
      const inTime = new AbortController();
      const byForce = delay(graceMs, undefined, { signal: inTime.signal }).then(
        () => child.kill('SIGKILL'),
        () => undefined, // gone in time
      );
      await gone;
      inTime.abort();
      await byForce;
    },
  };
}

/** Resolves when the process is gone, or could not be started, to what went wrong if anything did. */
function endOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.on('error', ({ message }) => resolve(`could not be started: ${message}`));
    child.once('exit', (code, signal) => {
      resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`);
    });
  });
}
