import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MS = 10_000;

export interface ApartOptions {
  /** Of Node.js: the module that runs, and what it is given. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export type Outcome = 'done' | 'failed' | 'took too long' | 'interrupted';

/**
 * Runs a module in a process of its own, whose temporary files are removed after it, and which is ended when it takes
 * too long. What it starts ends with it.
 */
export async function runApart({ args, env, limitMs, signal }: ApartOptions): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const limit = AbortSignal.timeout(limitMs);
  const ended = new AbortController();
  const child = spawn(process.execPath, [...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env, TMPDIR: directory },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  AbortSignal.any([limit, signal]).addEventListener('abort', async () => {
    child.kill('SIGTERM');
    // One that does not listen any more.
    await delay(GRACE_MS, undefined, { signal: ended.signal }).then(kill, () => undefined);
  });
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (signal.aborted) return 'interrupted';
    if (limit.aborted) return 'took too long';
    return exitCode === 0 ? 'done' : 'failed';
  } finally {
    ended.abort();
    process.off('exit', kill);
    await rm(directory, { recursive: true, force: true });
  }
}
